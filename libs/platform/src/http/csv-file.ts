import { stringify, type Options } from 'csv-stringify';
import { Readable, type Duplex } from 'node:stream';

/**
 * Records as CSV (RFC 4180, CRLF, with a header line), written as they are read. Texts that a spreadsheet would run as a formula are
 * quoted. A failure of the source reaches who reads; who leaves ends the source.
 */
export function csvFile(records: AsyncIterable<object>, options: Options): Duplex {
  const csv = stringify({ header: true, record_delimiter: 'windows', escape_formulas: true, ...options });
  const source = Readable.from(records);
  source.on('error', (error) => csv.destroy(error));
  csv.on('close', () => source.destroy());
  return source.pipe(csv);
}
