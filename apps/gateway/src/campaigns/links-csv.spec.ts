import { type IssuedLink } from '@app/credentials';
import { linksCsv } from './links-csv';

const link = (nickName: string, merchantName: string): IssuedLink => ({
  member: { publicId: 'acc_1', appid: 'wx1', nickName, merchantId: 'mer_1', merchantName } as IssuedLink['member'],
  url: 'https://wx.example/connect/-tok',
  expiresAt: new Date('2026-03-24T02:00:00Z'),
});

describe('linksCsv', () => {
  it('has a line per link that a mail merge can use', () => {
    expect(linksCsv([link('Tea', 'Lantern')], 'en')).toBe(
      'account,appid,account_name,merchant,merchant_name,url,expires_at\r\n' +
        'acc_1,wx1,Tea,mer_1,Lantern,https://wx.example/connect/-tok,2026-03-24T02:00:00.000Z\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])('makes no formula of the name %j', (name) => {
    const [, line = ''] = linksCsv([link(name, name)], 'en').split('\r\n', 2);
    expect(line).toContain("'");
    expect(line).not.toMatch(/,"?[=+\-@\t＝]/);
  });

  it('quotes what would break the line, and starts the Chinese table with a byte order mark', () => {
    const text = linksCsv([link('A "b", c\n', '灯笼茶')], 'zh');
    expect(text.startsWith('\ufeff账号编号,')).toBe(true);
    expect(text).toContain('"A ""b"", c\n"');
  });

  it('is the header alone when there is no link', () => {
    expect(linksCsv([], 'en').split('\r\n')).toHaveLength(2);
  });
});
