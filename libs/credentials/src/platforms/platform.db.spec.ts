import { FakeClock } from '@app/kernel';
import { type Reach } from '@app/tenants';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountDirectory } from '../accounts/account-directory';
import { InviteService } from '../invites/invite.service';
import { FakeWechat } from '../testing/fake-wechat';
import { PLATFORM, seed, seedAccount, startProcess, type Process } from '../testing/harness';
import { otherXml, push, ticketXml } from '../testing/pushes';
import { PushInbox } from '../pushes/push-inbox';
import { PlatformService } from './platform.service';

const OURS: Reach = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const THEIRS: Reach = { host: false, providerIds: ['prv_2'], merchantIds: [] };
const MERCHANT: Reach = { host: false, providerIds: [], merchantIds: ['mer_1'] };
const HOST: Reach = { host: true, providerIds: [], merchantIds: [] };
const NEW = {
  appid: 'wxnew',
  name: 'New',
  appSecret: 'a-secret-of-32-letters',
  callbackToken: 'token123',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  publicOrigin: 'https://new.example/',
};

describe('platforms, accounts and invites in reach', () => {
  const clock = new FakeClock();
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;

  beforeAll(async () => {
    database = await openTestDatabase();
    wechat = await FakeWechat.start();
    one = await startProcess(database.url, wechat.origin, clock);
  }, 60_000);
  afterAll(async () => {
    await one.close();
    await wechat.close();
    await database.drop();
  });
  beforeEach(async () => {
    wechat.reset();
    clock.advance(3 * 3_600_000);
    await seed(database.dataSource, clock.now());
  });

  const platforms = () => one.module.get(PlatformService);
  const directory = () => one.module.get(AccountDirectory);

  it('registers a platform and shows none of its secrets', async () => {
    const made = await platforms().register(OURS, NEW);
    expect(made).toMatchObject({
      providerId: 'prv_1',
      publicOrigin: 'https://new.example',
      ticket: { state: 'missing' },
    });
    const shown = JSON.stringify([
      made,
      await platforms().list(OURS, { limit: 10 }),
      await platforms().get(OURS, made.id),
    ]);
    expect(shown).not.toMatch(/a-secret|token123|abcdefghij/);
    await expect(platforms().register(OURS, NEW)).rejects.toMatchObject({ kind: 'conflict', code: 'platform_exists' });
  });

  it.each([
    [{ publicOrigin: 'http://new.example' }, 'public_origin_invalid'],
    [{ publicOrigin: 'https://new.example/path' }, 'public_origin_invalid'],
    [{ publicOrigin: 'https://u:p@new.example' }, 'public_origin_invalid'],
    [{ publicOrigin: 'javascript:alert(1)' }, 'public_origin_invalid'],
    [{ appid: 'wx new' }, 'appid_invalid'],
    [{ callbackToken: 'no spaces' }, 'callback_token_invalid'],
    [{ encodingAesKey: 'short' }, 'encoding_aes_key_invalid'],
    [{ providerId: 'prv_2' }, 'provider_not_found'],
  ])('refuses %j', async (change, code) => {
    await expect(platforms().register(OURS, { ...NEW, ...change })).rejects.toMatchObject({ code });
  });

  it('takes plain http on this machine', async () => {
    const made = await platforms().register(OURS, { ...NEW, publicOrigin: 'http://127.0.0.1:3000' });
    expect(made.publicOrigin).toBe('http://127.0.0.1:3000');
  });

  it('lets pushes under the previous callback token in, but not under the one before', async () => {
    const receive = ({ query, body }: ReturnType<typeof push>) =>
      one.module.get(PushInbox).receive(PLATFORM.appid, query, body);
    await platforms().update(OURS, PLATFORM.id, { callbackToken: 'second2' });
    await receive(push(otherXml(clock.now())));
    await receive(push(ticketXml('t', clock.now()), { token: 'second2' }));
    await platforms().update(OURS, PLATFORM.id, { callbackToken: 'second2' });
    await receive(push(otherXml(clock.now())));
    await platforms().update(OURS, PLATFORM.id, { callbackToken: 'third3' });
    await expect(receive(push(otherXml(clock.now())))).rejects.toMatchObject({ code: 'callback_signature_mismatch' });
  });

  it.each([
    [0, 'fresh'],
    [29, 'fresh'],
    [30, 'late'],
    [719, 'late'],
    [720, 'expired'],
  ])('calls a ticket of %i minutes %s', async (minutes, state) => {
    clock.advance(minutes * 60_000);
    expect((await platforms().get(OURS, PLATFORM.id)).ticket.state).toBe(state);
  });

  it.each([
    ['another provider', THEIRS],
    ['a merchant', MERCHANT],
    ['the host', HOST],
  ])('hides a platform from %s', async (_name, reach) => {
    await expect(platforms().get(reach, PLATFORM.id)).rejects.toMatchObject({ code: 'platform_not_found' });
    expect((await platforms().list(reach, { limit: 10 })).items).toEqual([]);
  });

  it('finds accounts in reach only, page by page, and by what they lack', async () => {
    const ids = [];
    for (const appid of ['wx1', 'wx2', 'wx3']) ids.push(await seedAccount(one, clock.now(), 1, appid));
    await one.dataSource.query("UPDATE account SET merchant_id = 'mer_2' WHERE appid = 'wx3'");
    await one.dataSource.query('DELETE FROM account_permission WHERE account_id = ?', [ids[1]]);
    const names = async (reach: Reach, filter = {}, page = { limit: 10 }) =>
      (await directory().findInReach(reach, filter, page)).items.map(({ appid }) => appid);
    expect(await names(OURS)).toEqual(['wx1', 'wx2', 'wx3']);
    expect(await names(MERCHANT)).toEqual(['wx1', 'wx2']);
    expect(await names(THEIRS)).toEqual([]);
    expect(await names(HOST)).toEqual([]);
    expect(await names(OURS, { lacks: 2 })).toEqual(['wx2']);
    expect(await names(OURS, { merchantId: 'mer_2' })).toEqual(['wx3']);
    const first = await directory().findInReach(OURS, {}, { limit: 2 });
    expect(await names(OURS, {}, { limit: 2, cursor: first.nextCursor } as never)).toEqual(['wx3']);
    await expect(directory().getInReach(MERCHANT, 'acc_wx3')).rejects.toMatchObject({ code: 'account_not_found' });
    expect(await directory().getInReach(MERCHANT, 'acc_wx2')).toMatchObject({ verdict: { because: 'set_missing' } });

    expect(await directory().idsInReach(OURS, { provider: 'prv_1' })).toEqual(ids);
    expect(await directory().idsInReach(MERCHANT, { merchant: 'mer_1' })).toEqual(ids.slice(0, 2));
    expect(await directory().idsInReach(OURS, { platform: PLATFORM.id })).toEqual(ids);
    expect(await directory().idsInReach(OURS, { accounts: ['acc_wx3', 'acc_wx3'] })).toEqual([ids[2]]);
    const fetchable = await directory().fetchable([...ids, 999_999]);
    expect([...fetchable.keys()]).toEqual(ids);
    expect(fetchable.get(ids[0]!)).toMatchObject({
      componentAppid: PLATFORM.appid,
      providerId: 'prv_1',
      gate: { setIds: [2] },
    });
  });

  it.each([
    [MERCHANT, { provider: 'prv_1' }, 'provider_not_found'],
    [MERCHANT, { merchant: 'mer_2' }, 'merchant_not_found'],
    [MERCHANT, { platform: PLATFORM.id }, 'platform_not_found'],
    [MERCHANT, { accounts: ['acc_wx1', 'acc_wx3'] }, 'account_not_found'],
    [OURS, { accounts: ['acc_nobody'] }, 'account_not_found'],
    [OURS, {}, 'scope_invalid'],
    [OURS, { provider: 'prv_1', merchant: 'mer_1' }, 'scope_invalid'],
  ])('refuses for %j the scope %j', async (reach, scope, code) => {
    await seedAccount(one, clock.now(), 1, 'wx1');
    await seedAccount(one, clock.now(), 1, 'wx3');
    await one.dataSource.query("UPDATE account SET merchant_id = 'mer_2' WHERE appid = 'wx3'");
    await expect(directory().idsInReach(reach, scope)).rejects.toMatchObject({ code });
  });

  it('invites a merchant to a platform of its own provider only', async () => {
    const invites = one.module.get(InviteService);
    const made = await invites.create(OURS, { merchantId: 'mer_1', createdBy: 'usr_1', expiresInDays: 3 });
    const [origin, token] = made.url.split('/connect/');
    expect([origin, token!.length]).toEqual(['https://wx.example', 43]);
    expect(made.expiresAt.getTime() - clock.now().getTime()).toBe(3 * 86_400_000);
    const stored = JSON.stringify(await one.dataSource.query('SELECT * FROM invite'));
    expect(stored).not.toContain(token);
    expect((await invites.list(OURS, 'mer_1', { limit: 10 })).items).toMatchObject([{ id: made.id, state: 'open' }]);
    const theirs = { merchantId: 'mer_9', createdBy: 'usr_1' };
    await expect(invites.create(OURS, theirs)).rejects.toMatchObject({ code: 'merchant_not_found' });
    await expect(invites.create(THEIRS, theirs)).rejects.toMatchObject({ code: 'platform_required' });
    const mixed = { ...theirs, platformId: PLATFORM.id };
    await expect(invites.create(THEIRS, mixed)).rejects.toMatchObject({ code: 'platform_not_found' });
  });
});
