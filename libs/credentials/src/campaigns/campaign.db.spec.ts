import { FakeClock, Secret } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountReader } from '../accounts/account-reader';
import { ConnectService } from '../invites/connect.service';
import { InviteService } from '../invites/invite.service';
import { PushInbox } from '../pushes/push-inbox';
import { FakeWechat, info, queryAuth } from '../testing/fake-wechat';
import { PLATFORM, seed, seedAccount, startProcess, type Process } from '../testing/harness';
import { grantXml, push, revokeXml } from '../testing/pushes';
import { AccountTokens } from '../tokens/account-tokens';
import { CampaignLinks } from './campaign-links';
import { CampaignMembers, type MemberView } from './campaign-members';
import { CampaignService, type CampaignRequest } from './campaign.service';

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const TEA = 'wxtea';
const BOOKS = 'wxbooks';

describe('campaigns', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;
  let two: Process;
  /** What WeChat knows to be granted, by appid. */
  const granted = new Map<string, number[]>();

  beforeAll(async () => {
    database = await openTestDatabase();
    wechat = await FakeWechat.start();
    one = await startProcess(database.url, wechat.origin, clock);
    two = await startProcess(database.url, wechat.origin, clock);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await wechat.close();
    await database.drop();
  });
  beforeEach(async () => {
    wechat.reset();
    // Codes are `<appid>:<n>`.
    wechat.on('api_query_auth', ({ authorization_code: code }) => {
      const [appid = '', n] = String(code).split(':');
      return queryAuth(appid, { n: Number(n), sets: granted.get(appid)! });
    });
    wechat.on('api_get_authorizer_info', ({ authorizer_appid: appid }) =>
      info(String(appid), { sets: granted.get(String(appid))! }),
    );
    clock.advance(3_600_000);
    await seed(database.dataSource, clock.now());
    granted.clear();
    await account(TEA, [1, 7]);
    await account(BOOKS, [1]);
    for (const process of [one, two])
      for (const appid of [TEA, BOOKS]) process.module.get(AccountTokens).forget(PLATFORM.id, appid);
    clock.advance(60_000);
  });

  async function account(appid: string, sets: number[]): Promise<number> {
    const id = await seedAccount(one, clock.now(), 3_600_000, appid);
    await one.dataSource.query('DELETE FROM account_permission WHERE account_id = ?', [id]);
    await one.dataSource.query('INSERT INTO account_permission (account_id, set_id, granted_at) VALUES ?', [
      sets.map((set) => [id, set, clock.now()]),
    ]);
    granted.set(appid, sets);
    return id;
  }

  const create = async (request: Partial<CampaignRequest> = {}) => {
    const { campaign } = await one.module
      .get(CampaignService)
      .create(REACH, { name: 'Spring', scope: { platform: PLATFORM.id }, ...request }, 'usr_1');
    clock.advance(60_000);
    return campaign.id;
  };
  const issue = async (id: string, members?: string[], reissue = false, process = one) =>
    process.module.get(CampaignLinks).issue(REACH, id, { members, reissue, createdBy: 'usr_1' });
  const tokenFor = async (id: string, appid: string, reissue = false): Promise<string> => {
    const { items } = await issue(id, [`acc_${appid}`], reissue);
    return items[0]!.url.split('/').at(-1)!;
  };
  const member = async (id: string, appid: string): Promise<MemberView> => {
    const { items } = await one.module.get(CampaignMembers).page(REACH, id, undefined, { limit: 200 });
    return items.find((one) => one.appid === appid)!;
  };
  const states = async (id: string) => {
    const { items } = await one.module.get(CampaignMembers).page(REACH, id, undefined, { limit: 200 });
    return items.map(({ appid, progress }) => [appid, progress.state]);
  };
  const connect = () => one.module.get(ConnectService);
  const click = async (token: string) => new URL(await connect().click(token, 'mobile')).searchParams;
  const back = (token: string, code: string) => connect().callback(token, new Secret(code));
  const pushed = async (xml: string) => {
    const { query, body } = push(xml);
    await one.module.get(PushInbox).receive(PLATFORM.appid, query, body);
    const [row] = await one.dataSource.query<{ id: number }[]>('SELECT MAX(id) AS id FROM push_event');
    await one.module.get(PushInbox).process(row!.id);
  };

  it('fixes its members when it is made, and names those who are left out', async () => {
    await account('wxhas', [2]);
    const nobodys = await account('wxnobodys', [1]);
    await one.dataSource.query('UPDATE account SET merchant_id = NULL WHERE id = ?', [nobodys]);
    const frozen = await account('wxfrozen', [1]);
    await one.dataSource.query('UPDATE account SET account_status = 19 WHERE id = ?', [frozen]);
    const gone = await account('wxgone', [1]);
    await one.dataSource.query("UPDATE account SET state = 'revoked', revoked_at = ? WHERE id = ?", [
      clock.now(),
      gone,
    ]);
    const service = one.module.get(CampaignService);
    const request = { name: 'Spring', scope: { platform: PLATFORM.id } };
    const plan = await service.plan(REACH, request);
    expect(plan.members.map(({ account: { appid }, because }) => [appid, because])).toEqual([
      [TEA, 'lacking'],
      [BOOKS, 'lacking'],
    ]);
    const leftOut = [
      ['wxnobodys', 'no_merchant'],
      ['wxfrozen', 'bad_standing'],
    ];
    expect(plan.leftOut.map(({ account: { appid }, because }) => [appid, because])).toEqual(leftOut);
    expect(await one.dataSource.query('SELECT id FROM campaign')).toEqual([]);

    const made = await service.create(REACH, { ...request, sets: [7], who: ['lacking', 'gone'] }, 'usr_1');
    expect(made.campaign).toMatchObject({ sets: [2, 7], memberCount: 4, state: 'open', closedAt: null });
    expect(made.leftOut).toHaveLength(2);
    await account('wxlate', [1]);
    expect((await states(made.campaign.id)).map(([appid]) => appid)).toEqual([TEA, BOOKS, 'wxhas', 'wxgone']);
    expect((await member(made.campaign.id, 'wxhas')).progress.missing).toEqual([7]);
    expect((await member(made.campaign.id, 'wxgone')).because).toBe('gone');
  });

  it('asks nobody for nothing, and keeps to one provider', async () => {
    const service = one.module.get(CampaignService);
    const empty = { name: 'x', scope: { platform: PLATFORM.id }, who: ['gone' as const] };
    await expect(service.create(REACH, empty, 'usr_1')).rejects.toMatchObject({ code: 'campaign_empty' });
    const other = { host: false, providerIds: ['prv_2'], merchantIds: [] };
    const id = await create();
    await expect(service.get(other, id)).rejects.toMatchObject({ code: 'campaign_not_found' });
    await expect(service.close(other, id)).rejects.toMatchObject({ code: 'campaign_not_found' });
    expect((await service.list(other, { limit: 9 })).items).toEqual([]);
    await expect(
      two.module.get(CampaignLinks).issue(other, id, { reissue: true, createdBy: 'x' }),
    ).rejects.toMatchObject({
      code: 'campaign_not_found',
    });
    await expect(issue(id, ['acc_nobody'])).rejects.toMatchObject({ code: 'member_not_found' });
  });

  it('leads each account to WeChat with its own appid, and offers what it granted before as well', async () => {
    const id = await create();
    const token = await tokenFor(id, TEA);
    expect(await connect().open(token)).toMatchObject({ binding: { appid: TEA, nickName: 'Account' } });
    expect((await member(id, TEA)).progress.state).toBe('listed');
    // Granted since we last asked, and no event told it.
    granted.set(TEA, [1, 7, 11]);
    const link = await click(token);
    expect([link.get('biz_appid'), link.get('category_id_list')]).toEqual([TEA, '1|2|7|11']);
    expect((await member(id, TEA)).progress).toMatchObject({ sentAt: clock.now(), openedAt: clock.now() });
    wechat.on('api_get_authorizer_info', () => ({ errcode: -1, errmsg: 'system error' }));
    expect((await click(token)).get('category_id_list')).toBe('1|2|7|11');
  });

  it('asks WeChat what an account grants once a minute, however often its link is pressed', async () => {
    const token = await tokenFor(await create(), TEA);
    for (let i = 0; i < 4; i++) expect((await click(token)).get('category_id_list')).toBe('1|2|7');
    expect(wechat.count('api_get_authorizer_info')).toBe(1);
    clock.advance(60_000);
    granted.set(TEA, [1, 7, 11]);
    expect((await click(token)).get('category_id_list')).toBe('1|2|7|11');
  });

  it('follows a member through its link, which stays open until nothing is missing', async () => {
    const id = await create({ sets: [9] });
    const token = await tokenFor(id, TEA);
    const opened = clock.now();
    await click(token);
    clock.advance(5_000);
    granted.set(TEA, [1, 2]);
    const first = clock.now();
    expect(await back(token, `${TEA}:1`)).toMatchObject({ bound: { isOther: false, missingSets: [9] } });
    expect((await member(id, TEA)).progress).toMatchObject({ state: 'authorized', missing: [9], authorizedAt: first });
    clock.advance(5_000);
    await click(token);
    granted.set(TEA, [1, 2, 9]);
    expect(await back(token, `${TEA}:2`)).toMatchObject({ bound: { missingSets: [] } });
    expect(await member(id, TEA)).toMatchObject({
      linkState: 'fulfilled',
      progress: { state: 'granted', openedAt: opened, authorizedAt: first, grantedAt: clock.now() },
    });
    await expect(connect().open(token)).rejects.toMatchObject({ code: 'invite_fulfilled' });
    clock.advance(86_400_000);
    expect(await back(token, `${TEA}:2`)).toMatchObject({ bound: { missingSets: [] } });
    await expect(back(token, `${TEA}:3`)).rejects.toMatchObject({ code: 'invite_fulfilled' });
  });

  it('stores another account that comes back, gives it to nobody, and leaves the member and its link as they are', async () => {
    const id = await create();
    const token = await tokenFor(id, TEA);
    await click(token);
    granted.set('wxforeign', [2]);
    expect(await back(token, 'wxforeign:1')).toMatchObject({
      accountName: 'Name of wxforeign',
      bound: { isOther: true, accountName: 'Name of wxtea' },
    });
    const stored = await one.dataSource.query(
      "SELECT state, merchant_id AS merchantId FROM account WHERE appid = 'wxforeign'",
    );
    expect(stored).toEqual([{ state: 'authorized', merchantId: null }]);
    expect((await member(id, TEA)).progress.state).toBe('opened');
    await connect().open(token);
    expect(await back(token, 'wxforeign:1')).toMatchObject({ bound: { isOther: true } });
  });

  describe('learns what an administrator did', () => {
    const tell = async (how: string, sets: number[], token?: string) => {
      granted.set(TEA, sets);
      clock.advance(5_000);
      const preAuthCode = token === undefined ? undefined : (await click(token)).get('pre_auth_code')!;
      const [{ id } = { id: 0 }] = await one.dataSource.query<{ id: number }[]>(
        'SELECT id FROM account WHERE appid = ?',
        [TEA],
      );
      if (how === 'INFO') await one.module.get(AccountReader).reread(id);
      else
        await pushed(
          grantXml(clock.now(), {
            ...{ appid: TEA, code: `${TEA}:${clock.now().getTime()}`, infoType: how },
            ...(preAuthCode === undefined ? {} : { preAuthCode }),
          }),
        );
    };

    it.each(['authorized', 'updateauthorized', 'INFO'])('without our link, by %s', async (how) => {
      const id = await create();
      await tell(how, [1, 2, 7]);
      expect((await member(id, TEA)).progress).toMatchObject({
        ...{ state: 'granted', sentAt: null, openedAt: null, authorizedAt: clock.now(), grantedAt: clock.now() },
      });
    });

    it('by a push when the redirect is lost: the link is used up', async () => {
      const id = await create();
      const token = await tokenFor(id, TEA);
      await tell('updateauthorized', [1, 2, 7], token);
      expect(await member(id, TEA)).toMatchObject({ linkState: 'fulfilled', progress: { state: 'granted' } });
      const [used] = await one.dataSource.query('SELECT used_at AS usedAt FROM invite');
      expect(used).toEqual({ usedAt: clock.now() });
      // The redirect came after all, with a code of its own.
      expect(await back(token, `${TEA}:9`)).toMatchObject({ bound: { isOther: false, missingSets: [] } });
    });

    it('a set withdrawn later, and the authorization cancelled later', async () => {
      const id = await create();
      await tell('updateauthorized', [1, 2, 7]);
      await tell('INFO', [1, 7]);
      expect((await member(id, TEA)).progress).toMatchObject({
        ...{ state: 'withdrawn', because: 'set_withdrawn', missing: [2], withdrawnAt: clock.now() },
      });
      await tell('updateauthorized', [2]);
      expect((await member(id, TEA)).progress.state).toBe('granted');
      clock.advance(120_000);
      await pushed(revokeXml(clock.now(), TEA));
      expect((await member(id, TEA)).progress).toMatchObject({ state: 'withdrawn', because: 'authorization_gone' });
      await tell('authorized', [2]);
      expect((await member(id, TEA)).progress.state).toBe('granted');
    });

    it('of an account whose authorization was gone', async () => {
      clock.advance(120_000);
      await pushed(revokeXml(clock.now(), TEA));
      const id = await create({ who: ['gone'] });
      expect(await states(id)).toEqual([[TEA, 'listed']]);
      await tell('authorized', [7]);
      expect((await member(id, TEA)).progress).toMatchObject({ state: 'authorized', because: 'sets_missing' });
      await tell('updateauthorized', [2, 7]);
      expect((await member(id, TEA)).progress.state).toBe('granted');
    });
  });

  it('leaves the link of a refused authorization alive, however often it is pressed', async () => {
    await one.dataSource.query(
      "UPDATE account SET state = 'incomplete', incomplete_because = 'token_refused' WHERE appid = ?",
      [TEA],
    );
    const row = () =>
      one.dataSource.query<object[]>(
        'SELECT state, incomplete_because AS because, authorized_at AS at FROM account WHERE appid = ?',
        [TEA],
      );
    const before = await row();
    const id = await create({ who: ['lacking', 'gone'], sets: [7] });
    const token = await tokenFor(id, TEA);
    const calls = wechat.count('api_get_authorizer_info');
    // INFO names the very token that WeChat refuses.
    for (let press = 0; press < 2; press++) {
      clock.advance(61_000);
      await click(token);
    }
    expect(wechat.count('api_get_authorizer_info')).toBe(calls + 2);
    expect(await row()).toEqual(before);
    expect((await member(id, TEA)).progress).toMatchObject({ state: 'opened', authorizedAt: null, grantedAt: null });
    granted.set(TEA, [1, 2, 7]);
    expect(await back(token, `${TEA}:2`)).toMatchObject({ setGranted: true });
    expect(await row()).toMatchObject([{ state: 'authorized', because: null, at: clock.now() }]);
    expect((await member(id, TEA)).progress).toMatchObject({ state: 'granted', authorizedAt: clock.now() });
  });

  it('counts, and pages by state', async () => {
    const ids = [];
    for (let n = 0; n < 7; n++) ids.push(`acc_wx${n}`);
    for (let n = 0; n < 7; n++) await account(`wx${n}`, [1]);
    const id = await create();
    const members = one.module.get(CampaignMembers);
    expect(await members.markSent(REACH, id, undefined)).toBe(0);
    expect(await members.markSent(REACH, id, [...ids.slice(0, 5), ids[0]!])).toBe(5);
    await tokenFor(id, 'wx6');
    expect(await members.markSent(REACH, id, undefined)).toBe(1);
    const campaign = await one.module.get(CampaignService).get(REACH, id);
    expect(await members.countStates(campaign)).toEqual({
      ...{ listed: 3, sent: 6, opened: 0, authorized: 0, granted: 0, withdrawn: 0 },
    });
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await members.page(REACH, id, 'sent', { limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ appid }) => appid));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['wx0', 'wx1', 'wx2', 'wx3', 'wx4', 'wx6']);
  });

  it('kills a link only when told to, and then at once', async () => {
    const id = await create();
    const old = await tokenFor(id, TEA);
    const again = await issue(id);
    expect(again.items.map(({ member }) => member.appid)).toEqual([BOOKS]);
    expect(again.skipped.map(({ member, because }) => [member.appid, because])).toEqual([[TEA, 'has_open_link']]);
    const fresh = await tokenFor(id, TEA, true);
    await expect(connect().open(old)).rejects.toMatchObject({ code: 'invite_replaced' });
    await expect(click(old)).rejects.toMatchObject({ code: 'invite_replaced' });
    await connect().open(fresh);
    granted.set(TEA, [2]);
    clock.advance(1_000);
    await pushed(grantXml(clock.now(), { appid: TEA, code: `${TEA}:1`, infoType: 'updateauthorized' }));
    expect((await issue(id, [`acc_${TEA}`], true)).skipped).toMatchObject([{ because: 'granted' }]);
  });

  it('finishes an authorization that began on a link which was replaced or closed meanwhile', async () => {
    const id = await create();
    const old = await tokenFor(id, TEA);
    await click(old);
    await tokenFor(id, TEA, true);
    await one.module.get(CampaignService).close(REACH, id);
    granted.set(TEA, [2]);
    expect(await back(old, `${TEA}:1`)).toMatchObject({ bound: { isOther: false, missingSets: [] } });
    expect((await member(id, TEA)).progress.state).toBe('granted');
  });

  it('ends with its day, and when it is closed', async () => {
    const id = await create({ expiresInDays: 2 });
    const token = await tokenFor(id, TEA);
    await one.module.get(CampaignService).close(REACH, id);
    const closedAt = clock.now();
    clock.advance(1_000);
    expect(await one.module.get(CampaignService).close(REACH, id)).toMatchObject({ state: 'closed', closedAt });
    await expect(connect().open(token)).rejects.toMatchObject({ code: 'invite_closed' });
    await expect(issue(id)).rejects.toMatchObject({ code: 'campaign_closed' });
    await expect(one.module.get(CampaignMembers).markSent(REACH, id, undefined)).rejects.toMatchObject({
      code: 'campaign_closed',
    });
    const second = await create({ expiresInDays: 2 });
    const late = await tokenFor(second, BOOKS);
    clock.advance(2 * 86_400_000);
    await expect(connect().open(late)).rejects.toMatchObject({ code: 'invite_expired' });
    await expect(issue(second)).rejects.toMatchObject({ code: 'campaign_expired' });
  });

  it('leaves one live link however many issue at the same time, and shows none to the merchant', async () => {
    const id = await create();
    const rounds = await Promise.all(
      [one, two, one, two].map((process) => issue(id, [`acc_${TEA}`, `acc_${BOOKS}`], true, process)),
    );
    const tokens = rounds.flatMap(({ items }) => items.map(({ url }) => url.split('/').at(-1)!));
    const open = await Promise.all(
      tokens.map((token) =>
        connect()
          .open(token)
          .then(
            ({ binding }) => binding?.appid,
            () => null,
          ),
      ),
    );
    expect(tokens).toHaveLength(8);
    expect(open.filter((appid) => appid !== null).sort()).toEqual([BOOKS, TEA]);
    const once = await Promise.all([one, two].map((process) => issue(id, undefined, false, process)));
    expect(once.map(({ items }) => items)).toEqual([[], []]);
    expect((await one.module.get(InviteService).list(REACH, 'mer_1', { limit: 200 })).items).toEqual([]);
  });

  it('gives out the same links when the database forgot to say that it stored them', async () => {
    const id = await create();
    const { dataSource } = one;
    const transaction = dataSource.transaction.bind(dataSource);
    const spy = jest.spyOn(dataSource, 'transaction').mockImplementationOnce(async (...args: unknown[]) => {
      await (transaction as (...given: unknown[]) => Promise<unknown>)(...args);
      throw Object.assign(new Error('gone at COMMIT'), { code: 'PROTOCOL_CONNECTION_LOST' });
    });
    const { items, skipped } = await issue(id);
    expect([items.length, skipped.length, spy.mock.calls.length]).toEqual([2, 0, 2]);
    for (const { url } of items) await connect().open(url.split('/').at(-1)!);
    spy.mockImplementationOnce(async (...args: unknown[]) => {
      await (transaction as (...given: unknown[]) => Promise<unknown>)(...args);
      throw Object.assign(new Error('gone at COMMIT'), { code: 'PROTOCOL_CONNECTION_LOST' });
    });
    const second = await create();
    spy.mockRestore();
    expect(await states(second)).toEqual([
      [TEA, 'listed'],
      [BOOKS, 'listed'],
    ]);
  });

  it('works for thousands in a bounded number of statements', async () => {
    const now = clock.now();
    const many = Array.from({ length: 4_000 }, (_, n) => [
      ...[`acc_m${n}`, PLATFORM.id, `wxm${n}`, 'mer_1', 'official_account', `M${n}`, '', '', '', 0, 1],
      ...['authorized', now, now],
    ]);
    await one.dataSource.query(
      `INSERT INTO account (public_id, platform_id, appid, merchant_id, kind, nick_name, principal_name, user_name,
         head_img, verify_type, account_status, state, authorized_at, created_at) VALUES ?`,
      [many],
    );
    const spy = jest.spyOn(one.dataSource.driver, 'createQueryRunner');
    const began = Date.now();
    const id = await create({ scope: { provider: 'prv_1' } });
    const { items } = await issue(id);
    const campaign = await one.module.get(CampaignService).get(REACH, id);
    const counts = await one.module.get(CampaignMembers).countStates(campaign);
    const runners = spy.mock.calls.length;
    spy.mockRestore();
    process.stdout.write(`4,002 members listed, linked and counted in ${Date.now() - began} ms, ${runners} runners\n`);
    expect([items.length, counts.listed]).toEqual([4_002, 4_002]);
    expect(new Set(items.map(({ url }) => url)).size).toBe(4_002);
    expect(runners).toBeLessThan(100);
  }, 60_000);

  it('leaves no unbound link behind when its migration is taken back', async () => {
    const { url } = await one.module.get(InviteService).create(REACH, { merchantId: 'mer_1', createdBy: 'usr_1' });
    await tokenFor(await create(), TEA);
    const runner = database.dataSource.createQueryRunner();
    const own = database.dataSource.migrations.find(({ name }) => name?.startsWith('CreateCampaigns'))!;
    await own.down(runner);
    try {
      expect(await runner.query('SELECT merchant_id AS m, account_id AS a FROM invite')).toEqual([
        { m: 'mer_1', a: null },
      ]);
      expect(await runner.query("SHOW TABLES LIKE 'campaign%'")).toEqual([]);
    } finally {
      await own.up(runner);
      await runner.release();
    }
    expect(await connect().open(url.split('/').at(-1)!)).toMatchObject({ binding: null });
  });
});
