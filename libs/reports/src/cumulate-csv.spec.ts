import { shanghaiDate } from '@app/kernel';
import { text } from 'node:stream/consumers';
import { cumulateCsv } from './cumulate-csv';
import { type AccountSeries } from './series.service';

const series = (name: string, days: [number | null, number | null, 'value' | 'unknown'][]): AccountSeries =>
  ({
    account: { appid: 'wxa', nickName: name },
    days: days.map(([cumulateUser, netChange, state]) => ({
      refDate: shanghaiDate('2026-03-01'),
      cumulateUser,
      netChange,
      state,
    })),
  }) as unknown as AccountSeries;

// eslint-disable-next-line @typescript-eslint/require-await -- an async source without waiting
async function* of(...items: AccountSeries[]): AsyncGenerator<AccountSeries> {
  yield* items;
}

describe('cumulateCsv', () => {
  it('writes numbers as numbers, negative ones too, and leaves what is not known empty', async () => {
    const csv = cumulateCsv(
      of(
        series('茶', [
          [10, -5, 'value'],
          [0, 0, 'value'],
          [null, null, 'unknown'],
        ]),
      ),
      'en',
    );
    expect(await text(csv)).toBe(
      [
        'ref_date,appid,account,cumulate_user,net_change,state',
        '2026-03-01,wxa,茶,10,-5,value',
        '2026-03-01,wxa,茶,0,0,value',
        '2026-03-01,wxa,茶,,,unknown',
        '',
      ].join('\r\n'),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1+1'])(
    'does not let a spreadsheet run the name %p',
    async (name) => {
      const [, line] = (await text(cumulateCsv(of(series(name, [[1, 1, 'value']])), 'en'))).split('\r\n');
      expect(line).toMatch(/^2026-03-01,wxa,("?)'/);
    },
  );

  it('keeps commas, quotes and line breaks of a name in one cell', async () => {
    const csv = await text(cumulateCsv(of(series('a,"b"\nc', [[1, 1, 'value']])), 'en'));
    expect(csv).toContain('2026-03-01,wxa,"a,""b""\nc",1,1,value\r\n');
  });

  it('has Chinese header words and a byte order mark for Excel', async () => {
    const csv = Buffer.concat(await cumulateCsv(of(), 'zh').toArray());
    expect(csv.toString('utf8')).toBe('\ufeff日期,AppID,公众号,累计用户数,净增,状态\r\n');
  });

  it('passes a failure of the source on', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- fails before the first row
    const failing = (async function* (): AsyncGenerator<AccountSeries> {
      throw new Error('MySQL went away');
    })();
    await expect(text(cumulateCsv(failing, 'en'))).rejects.toThrow('MySQL went away');
  });

  it('reads no further than its reader does', async () => {
    let read = 0;
    // eslint-disable-next-line @typescript-eslint/require-await -- an async source without waiting
    async function* many(): AsyncGenerator<AccountSeries> {
      for (; read < 10_000; read++) yield series('茶', Array(50).fill([10, 1, 'value']));
    }
    const csv = cumulateCsv(many(), 'en');
    await new Promise((waited) => setTimeout(waited, 100));
    expect(read).toBeLessThan(50);
    csv.destroy();
    await new Promise((waited) => setTimeout(waited, 20));
    const then = read;
    await new Promise((waited) => setTimeout(waited, 50));
    expect(read).toBe(then);
  });
});
