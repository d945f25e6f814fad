import { AuthorizationDesk } from '../testing/authorization-desk';
import { info, queryAuth } from '../testing/fake-wechat';
import { AT } from '../testing/harness';
import { ticketXml } from '../testing/pushes';
import { TicketWatch } from '../tickets/ticket-watch';
import { ConnectService } from './connect.service';

const QUERY = 'api_query_auth';
const INFO = 'api_get_authorizer_info';
const BUSY = { kind: 'limited', code: 'invite_busy' };
const DAY = 86_400;

describe('what the holder of a link can spend', () => {
  let desk: AuthorizationDesk;
  beforeAll(async () => {
    desk = await AuthorizationDesk.open();
  }, 60_000);
  afterAll(() => desk.close());
  beforeEach(() => desk.reset());

  const rows = async (table: string): Promise<number> =>
    (await desk.sql<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n;
  const outcomes = (all: PromiseSettledResult<unknown>[]): unknown[] =>
    all.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as { code?: unknown }).code));

  it('20 presses in 10 minutes, over all processes', async () => {
    const token = await desk.invite();
    await desk.click(token);
    const pressed = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) =>
        (i % 2 === 0 ? desk.one : desk.two).module.get(ConnectService).click(token, 'desktop'),
      ),
    );
    expect(outcomes(pressed).filter((code) => code === 'done')).toHaveLength(19);
    expect(outcomes(pressed).filter((code) => code === 'invite_busy')).toHaveLength(11);
    const spent = [desk.wechat.count('api_create_preauthcode'), await rows('invite_click')];
    expect(spent).toEqual([20, 20]);
    desk.clock.advance(599_000);
    await expect(desk.click(token)).rejects.toMatchObject({
      ...BUSY,
      text: { en: expect.stringContaining('in 1 minute.'), zh: expect.stringContaining('1 分钟') },
      detail: { until: desk.at(1).toISOString() },
    });
    // Others are not held up, and neither is this one for ever.
    await desk.click(await desk.invite());
    desk.clock.advance(1_000);
    await desk.click(token);
    expect(desk.wechat.count('api_create_preauthcode')).toBe(22);
  });

  it('20 unknown codes in 10 minutes; what is known is answered all the same', async () => {
    const token = await desk.invite();
    const other = await desk.invite();
    desk.wechat.on(QUERY, () => queryAuth(AT.appid));
    await desk.callback(other, 'code-1');
    desk.wechat.on(QUERY, () => ({ errcode: 61009, errmsg: 'code is invalid' }));
    for (let i = 0; i < 20; i++)
      await expect(desk.callback(token, `made-up-${i}`)).rejects.toMatchObject({ code: 'authorization_code_invalid' });
    await expect(desk.callback(token, 'made-up-20')).rejects.toMatchObject(BUSY);
    expect([desk.wechat.count(QUERY), await rows('authorization_code')]).toEqual([21, 21]);
    await expect(desk.callback(token, 'made-up-3')).rejects.toMatchObject({ code: 'authorization_code_invalid' });
    expect(await desk.callback(token, 'code-1')).toMatchObject({ setGranted: true });
    desk.clock.advance(600_000);
    await expect(desk.callback(token, 'made-up-20')).rejects.toMatchObject({ code: 'invite_used' });
    expect(desk.wechat.count(QUERY)).toBe(21);
  });

  it('one INFO a minute for reloads of a code that ran out', async () => {
    const token = await desk.invite();
    await desk.click(token);
    desk.wechat.on(QUERY, ({ authorization_code: code }) =>
      code === 'code-1' ? queryAuth(AT.appid) : { errcode: 61010, errmsg: 'code is expired' },
    );
    desk.wechat.on('api_get_authorizer_list', () => ({ total_count: 0, list: [] }));
    await desk.callback(token, 'code-1');
    const before = desk.wechat.count(INFO);
    for (let i = 0; i < 5; i++) expect(await desk.callback(token, 'code-2')).toMatchObject({ setGranted: true });
    expect(desk.wechat.count(INFO) - before).toBe(1);
    desk.clock.advance(60_000);
    await desk.callback(token, 'code-2');
    expect([desk.wechat.count(INFO) - before, desk.wechat.count(QUERY)]).toEqual([2, 2]);
  });

  it('one INFO a minute for reloads of a code whose account is incomplete', async () => {
    const token = await desk.invite();
    desk.wechat.on(QUERY, () => queryAuth(AT.appid, { refreshToken: '' }));
    desk.wechat.on(INFO, () => info(AT.appid, { refreshToken: '' }));
    await desk.callback(token, 'code-1');
    const before = desk.wechat.count(INFO);
    const other = await desk.invite('mer_2');
    for (let i = 0; i < 5; i++)
      expect(await desk.callback(other, 'code-1')).toMatchObject({ ownedByOther: true, setGranted: true });
    expect([(await desk.account())?.state, desk.wechat.count(INFO) - before]).toEqual(['incomplete', 1]);
  });

  it('clicks and codes are pruned after 30 days, but not a code that led to an account', async () => {
    const token = await desk.invite();
    await desk.click(token);
    desk.wechat.on(QUERY, ({ authorization_code: code }) =>
      code === 'code-1' ? queryAuth(AT.appid) : { errcode: 61009, errmsg: 'code is invalid' },
    );
    await expect(desk.callback(token, 'made-up')).rejects.toMatchObject({ code: 'authorization_code_invalid' });
    await desk.callback(token, 'code-1');
    const sweep = async (days: number): Promise<number[]> => {
      desk.clock.advance(days * DAY * 1_000);
      await desk.receive(ticketXml('ticket-1', desk.at(0)));
      await desk.one.module.get(TicketWatch).sweep();
      return [await rows('invite_click'), await rows('authorization_code')];
    };
    expect([await sweep(30), await sweep(1)]).toEqual([
      [1, 2],
      [0, 1],
    ]);
    expect(await desk.callback(token, 'code-1')).toMatchObject({ setGranted: true });
  });
});
