import { type SeenEvent } from '@app/tenants';
import { stringify } from 'csv-stringify';
import { Readable, type Duplex } from 'node:stream';
import { auditEventDto } from './audit.dto';

const COLUMNS = [
  ...['at', 'id', 'actor_kind', 'actor_id', 'actor_name', 'action', 'route', 'merchant', 'target', 'targets'],
  ...['address', 'outcome', 'code', 'seq'],
];

/** The log as CSV (RFC 4180, CRLF), written as it is read. Names that a spreadsheet would run as a formula are quoted. */
export function auditCsv(events: AsyncIterable<SeenEvent>): Duplex {
  const csv = stringify({ header: true, columns: COLUMNS, record_delimiter: 'windows', escape_formulas: true });
  const source = Readable.from(records(events));
  source.on('error', (error) => csv.destroy(error));
  csv.on('close', () => source.destroy());
  return source.pipe(csv);
}

async function* records(events: AsyncIterable<SeenEvent>): AsyncGenerator<object> {
  for await (const event of events) {
    const { actor, targets, ...row } = auditEventDto(event);
    const { kind: actor_kind, id: actor_id, name: actor_name } = actor;
    yield { ...row, actor_kind, actor_id, actor_name, targets: targets.join(' ') };
  }
}
