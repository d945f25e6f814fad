import { csvFile } from '@app/platform';
import { type Duplex } from 'node:stream';
import { type AccountSeries } from './series.service';

export type ReportLanguage = 'en' | 'zh';

const COLUMNS = ['ref_date', 'appid', 'account', 'cumulate_user', 'net_change', 'state'] as const;

const HEADERS: Readonly<Record<ReportLanguage, readonly string[]>> = {
  en: COLUMNS,
  zh: ['日期', 'AppID', '公众号', '累计用户数', '净增', '状态'],
};

/**
 * The report as CSV (RFC 4180, CRLF), one line per account and requested day, written as it is read. Names that a
 * spreadsheet would run as a formula are quoted; the Chinese one starts with a byte order mark, which Excel needs.
 */
export function cumulateCsv(series: AsyncIterable<AccountSeries>, language: ReportLanguage): Duplex {
  return csvFile(records(series), {
    columns: COLUMNS.map((key, i) => ({ key, header: HEADERS[language][i] ?? key })),
    bom: language === 'zh',
    cast: { number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
}

async function* records(series: AsyncIterable<AccountSeries>): AsyncGenerator<object> {
  for await (const { account, days } of series) {
    for (const { refDate, cumulateUser, netChange, state } of days) {
      yield {
        ref_date: refDate,
        appid: account.appid,
        account: account.nickName,
        cumulate_user: cumulateUser,
        net_change: netChange,
        state,
      };
    }
  }
}
