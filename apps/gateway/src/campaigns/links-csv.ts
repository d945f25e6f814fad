import { type IssuedLink } from '@app/credentials';
import { stringify } from 'csv-stringify/sync';
import { type Language } from '../problem';

const HEADERS: Readonly<Record<Language, readonly string[]>> = {
  en: ['account', 'appid', 'account_name', 'merchant', 'merchant_name', 'url', 'expires_at'],
  zh: ['账号编号', 'AppID', '公众号', '商户编号', '商户', '链接', '有效期至'],
};

/**
 * Links for a mail merge (RFC 4180, CRLF). Names that a spreadsheet would run as a formula are quoted; the Chinese table
 * starts with a byte order mark, which Excel needs. Nothing but text stands in it.
 */
export function linksCsv(links: readonly IssuedLink[], language: Language): string {
  const rows = links.map(({ member, url, expiresAt }) => [
    ...[member.publicId, member.appid, member.nickName, member.merchantId ?? '', member.merchantName ?? ''],
    ...[url, expiresAt.toISOString()],
  ]);
  return stringify([HEADERS[language], ...rows], {
    record_delimiter: 'windows',
    escape_formulas: true,
    bom: language === 'zh',
  });
}
