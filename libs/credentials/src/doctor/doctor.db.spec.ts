import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { FakeClock } from '@app/kernel';
import { SafeFetch } from '@app/platform';
import { type Reach } from '@app/tenants';
import { CallbackError, WechatClient } from '@app/wechat';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { PlatformSecretsRepository } from '../platforms/platform-secrets.repository';
import { PlatformRepository } from '../platforms/platform.repository';
import { PushInbox } from '../pushes/push-inbox';
import { FakeWechat, gate } from '../testing/fake-wechat';
import { brief } from '../testing/findings';
import {
  AES_KEY,
  AT,
  box,
  CALLBACK_TOKEN,
  PLATFORM,
  seed,
  seedAccount,
  startProcess,
  type Process,
} from '../testing/harness';
import { AccountTokens } from '../tokens/account-tokens';
import { ComponentTokens } from '../tokens/component-tokens';
import { TokenKeeper } from '../tokens/token-keeper';
import { CHECKS } from './check-why';
import { DoctorFacts } from './doctor-facts';
import { DoctorRunRepository } from './doctor-run.repository';
import { DoctorRepository } from './doctor.repository';
import { DoctorService } from './doctor.service';
import { Examination, type DoctorReport } from './examination';
import { PublicProbe } from './public-probe';
import { PushRefusalRepository } from './push-refusal.repository';
import { PushRefusals } from './push-refusals';
import { TokenProbe } from './token-probe';
import { WechatProbe } from './wechat-probe';

const OURS: Reach = { host: false, providerIds: ['prv_1'], merchantIds: [] };
const MINUTE = 60_000;

describe('the doctor', () => {
  const clock = new FakeClock(new Date());
  let database: TestDatabase;
  let wechat: FakeWechat;
  let one: Process;
  let two: Process;
  let gateway: Server;
  /** What stands between WeChat and our inbox. */
  let proxy: (answer: string, response: ServerResponse) => void;
  let quota: { daily_limit: number; used: number; remain: number };

  beforeAll(async () => {
    database = await openTestDatabase();
    wechat = await FakeWechat.start();
    [one, two] = [
      await startProcess(database.url, wechat.origin, clock),
      await startProcess(database.url, wechat.origin, clock),
    ];
    gateway = createServer((request, response) => void serve(request.url ?? '', request, response));
    await new Promise<void>((ready) => gateway.listen(0, '127.0.0.1', ready));
  }, 60_000);
  afterAll(async () => {
    gateway.closeAllConnections();
    await new Promise((closed) => gateway.close(closed));
    await one.close();
    await two.close();
    await wechat.close();
    await database.drop();
  });
  beforeEach(async () => {
    wechat.reset();
    clock.set(new Date());
    proxy = (answer, response) => response.end(answer);
    quota = { daily_limit: 1_000, used: 3, remain: 997 };
    wechat.on('get', () => ({ errcode: 0, quota }));
    wechat.on('api_start_push_ticket', () => ({ errcode: 0, errmsg: 'in a normal state' }));
    await seed(database.dataSource, clock.now());
    const origin = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    await database.dataSource.query('UPDATE platform SET public_origin = ?', [origin]);
    await seedAccount(one, clock.now(), 3_600_000);
    // The tests share a custody, and it remembers.
    const token = { platformId: PLATFORM.id, subjectAppid: PLATFORM.appid, kind: 'component_token' } as const;
    for (const { module } of [one, two]) module.get(TokenKeeper).forget(token);
  });
  afterEach(() => jest.restoreAllMocks());

  async function serve(url: string, body: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
    if (url.startsWith('/connect/')) {
      const headers = {
        'referrer-policy': 'strict-origin-when-cross-origin',
        'content-security-policy': "form-action 'self'",
      };
      response.writeHead(404, headers).end('<p>no such invite</p>');
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const query = new URL(url, 'http://gateway').searchParams;
    const part = (name: string): string => query.get(name) ?? '';
    const signed = { timestamp: part('timestamp'), nonce: part('nonce'), msgSignature: part('msg_signature') };
    await one.module.get(PushInbox).receive(PLATFORM.appid, signed, Buffer.concat(chunks));
    proxy('success', response);
  }

  function doctorOf({ module, dataSource }: Process): DoctorService {
    const rows = new DoctorRepository(dataSource);
    const secrets = new PlatformSecretsRepository(dataSource, box);
    const client = module.get(WechatClient);
    const web = new PublicProbe(secrets, rows, new SafeFetch({ allowLoopback: true }), clock);
    const tokens = new TokenProbe(module.get(ComponentTokens), module.get(AccountTokens), client, rows, clock);
    const facts = new DoctorFacts(rows, new PushRefusalRepository(dataSource), clock);
    const examination = new Examination(web, new WechatProbe(secrets, client, clock), tokens, facts, clock);
    return new DoctorService(new PlatformRepository(dataSource), new DoctorRunRepository(dataSource), examination);
  }
  const examine = (): Promise<DoctorReport> => doctorOf(one).examine(OURS, PLATFORM.id);
  const unwell = ({ findings }: DoctorReport): string[] => findings.map(brief).filter((one) => !one.endsWith(' ok'));
  const rows = () => new DoctorRepository(database.dataSource);

  it('finds a healthy platform well, in every check, and leaves nothing in the inbox', async () => {
    const report = await examine();
    expect(unwell(report)).toEqual([]);
    expect(report).toMatchObject({ platformId: PLATFORM.id, appid: PLATFORM.appid, level: 'ok' });
    expect(report.findings.map(({ check }) => check)).toEqual(CHECKS);
    expect(await database.dataSource.query('SELECT * FROM push_event')).toEqual([]);
    const stored = JSON.stringify(await database.dataSource.query('SELECT * FROM doctor_run'));
    expect(stored).not.toMatch(
      new RegExp(`${CALLBACK_TOKEN}|${AES_KEY}|app-secret|ticket@@@|msg_signature|\\bct-1\\b`),
    );
    expect(stored).toContain('/wechat/wxcomponent/events');
  });

  it('tells what is wrong on the way to the inbox', async () => {
    proxy = (answer, response) => response.end(`${answer}\n`);
    expect(unwell(await examine())).toEqual(['callback_extra_bytes problem']);
  });

  it('tells an answer that did not come from this installation', async () => {
    jest.spyOn(one.module.get(PushInbox), 'receive').mockResolvedValue();
    expect(unwell(await examine())).toEqual(['callback_elsewhere problem']);
  });

  it('goes on when WeChat hangs or refuses, and then knows less', async () => {
    const never = gate();
    wechat.on('api_start_push_ticket', () => never.passed);
    wechat.on('get', () => ({ errcode: -1, errmsg: 'system error' }));
    const began = performance.now();
    const report = await examine();
    never.open();
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(unwell(report)).toEqual([
      'wechat_api_unreachable problem',
      'platform_state_not_checked unknown',
      'ip_white_list_not_checked unknown',
      'app_secret_not_checked unknown',
      'ticket_push_not_checked unknown',
      'clock_not_checked unknown',
      'quota_component_not_checked unknown',
      'quota_datacube_not_checked unknown',
      'other_environment_not_checked unknown',
    ]);
  }, 20_000);

  it('goes on when its own database fails it in one place', async () => {
    jest.spyOn(DoctorRepository.prototype, 'accountGroups').mockRejectedValue(new Error('broken'));
    expect(unwell(await examine())).toEqual([
      'accounts_gate_not_checked unknown',
      'accounts_owner_not_checked unknown',
    ]);
  });

  it('says why there is no component token, and buys none for the asking', async () => {
    wechat.on('api_component_token', () => ({ errcode: 40125, errmsg: 'invalid appsecret' }));
    wechat.on('api_start_push_ticket', () => ({ errcode: 40125, errmsg: 'invalid appsecret' }));
    expect(unwell(await examine())).toEqual([
      'app_secret_wrong problem',
      'ticket_push_not_checked unknown',
      'component_token_cooling_down problem',
      'quota_component_not_checked unknown',
      'other_environment_not_checked unknown',
    ]);
    await database.dataSource.query('UPDATE doctor_run SET finished_at = finished_at - INTERVAL 1 MINUTE');
    await examine();
    expect(wechat.count('api_component_token')).toBe(1);
  });

  it('tells a token that WeChat refuses before its time, without replacing it', async () => {
    wechat.on('get', ({ cgi_path }) =>
      String(cgi_path).includes('/component/')
        ? { errcode: 40001, errmsg: 'invalid credential' }
        : { errcode: 0, quota },
    );
    expect(unwell(await examine())).toEqual([
      'component_token_refused warning',
      'quota_component_not_checked unknown',
      'other_environment_possible notice',
    ]);
    expect(wechat.count('api_component_token')).toBe(1);
  });

  it('does not take a quota that WeChat keeps to itself for a good one', async () => {
    wechat.on('get', () => ({ errcode: 76022, errmsg: 'could not use this cgi_path' }));
    expect(unwell(await examine())).toEqual([
      'quota_component_not_checked unknown',
      'quota_datacube_not_checked unknown',
    ]);
  });

  it('examines once for all who ask at once, in every process, and again only after 10 s', async () => {
    const [a, b] = [doctorOf(one), doctorOf(two)];
    const ask = () => [a, b].flatMap((doctor) => Array.from({ length: 10 }, () => doctor.examine(OURS, PLATFORM.id)));
    const reports = await Promise.all(ask());
    expect(new Set(reports.map((report) => JSON.stringify(report))).size).toBe(1);
    expect(wechat.count('api_start_push_ticket')).toBe(1);
    clock.advance(MINUTE);
    expect(await a.examine(OURS, PLATFORM.id)).toEqual(reports[0]);
    await database.dataSource.query('UPDATE doctor_run SET finished_at = finished_at - INTERVAL 11 SECOND');
    const next = await b.examine(OURS, PLATFORM.id);
    expect(next.finishedAt > reports[0]!.finishedAt).toBe(true);
    expect(wechat.count('api_start_push_ticket')).toBe(2);
  });

  it('examines nothing outside the reach, and for the host whatever there is', async () => {
    const theirs = { ...OURS, providerIds: ['prv_2'] };
    for (const id of [PLATFORM.id, 'plt_none'])
      await expect(doctorOf(one).examine(theirs, id)).rejects.toMatchObject({ code: 'platform_not_found' });
    expect(wechat.count('api_start_push_ticket')).toBe(0);
    expect((await doctorOf(one).examineAll()).map(({ appid }) => appid)).toEqual([PLATFORM.appid]);
    await expect(doctorOf(one).examineAll('wxnone')).rejects.toMatchObject({ code: 'platform_not_found' });
  });

  it('counts refused pushes a day long, and of platforms that are registered', async () => {
    const refusals = new PushRefusals(new PushRefusalRepository(database.dataSource), clock);
    const note = async (times: number, ...errors: unknown[]): Promise<void> => {
      for (let n = 0; n < times; n++) for (const error of errors) refusals.note(PLATFORM.appid, error);
      refusals.note('wxnobody', new CallbackError('signature_mismatch'));
      await refusals.write();
    };
    const first = clock.now();
    await note(5, new CallbackError('signature_mismatch'), new CallbackError('envelope_invalid'), new Error('x'));
    clock.advance(MINUTE);
    await note(2, new CallbackError('signature_mismatch'), new CallbackError('padding_invalid'));
    const listed = () => new PushRefusalRepository(database.dataSource).listSince(PLATFORM.id, first);
    expect(
      (await new PushRefusalRepository(database.dataSource).listSince(PLATFORM.id, new Date(0))).sort(
        (a, b) => b.count - a.count,
      ),
    ).toEqual([
      { reason: 'signature_mismatch', count: 7, firstAt: first, lastAt: clock.now() },
      { reason: 'padding_invalid', count: 2, firstAt: clock.now(), lastAt: clock.now() },
    ]);
    expect(unwell(await examine())).toContain('push_signatures_aes_key problem');
    clock.advance(25 * 60 * MINUTE);
    await note(1, new CallbackError('signature_mismatch'));
    expect((await listed())[0]).toEqual({
      reason: 'signature_mismatch',
      count: 1,
      firstAt: clock.now(),
      lastAt: clock.now(),
    });
  });

  it('reads counters by Shanghai day and month, and since when there are any', async () => {
    const add = (name: string, period: string, count: number) =>
      database.dataSource.query('INSERT INTO platform_counter VALUES (?, ?, ?, ?, ?)', [
        PLATFORM.id,
        name,
        period,
        count,
        clock.now(),
      ]);
    clock.set('2026-01-31T17:00:00Z');
    await add('component_token_bought', '2026-02-01', 3);
    await add('quota_cleared', '2026-02', 4);
    await add('quota_cleared', '2026-01', 9);
    const read = () => rows().counters(PLATFORM.id, clock.now());
    expect(await read()).toEqual({
      today: new Map([['component_token_bought', 3]]),
      resetsThisMonth: 4,
      isWholeDay: false,
    });
    await add('component_token_bought', '2026-01-31', 8);
    expect(await read()).toMatchObject({ isWholeDay: true });
  });

  it('groups accounts as gate and owner look at them, and takes one with a good token for a sample', async () => {
    await seedAccount(one, clock.now(), 3_600_000, 'wxb');
    await seedAccount(one, clock.now(), 3_600_000, 'wxc');
    await seedAccount(one, clock.now(), -1, 'wxa');
    await database.dataSource.query("UPDATE account SET merchant_id = NULL WHERE appid = 'wxb'");
    await database.dataSource.query(
      "DELETE p FROM account_permission p JOIN account a ON a.id = p.account_id WHERE a.appid = 'wxc'",
    );
    const groups = await rows().accountGroups(PLATFORM.id);
    const shown = groups.map(({ gate: { setIds }, isOwned, count }) => [setIds.length, isOwned, count]);
    expect(shown.sort()).toEqual(
      [
        [0, true, 1],
        [1, false, 1],
        [1, true, 2],
      ].sort(),
    );
    await database.dataSource.query('UPDATE credential SET expires_at = ? WHERE subject_appid = ?', [
      clock.now(),
      AT.appid,
    ]);
    expect(await rows().sampleAccount(PLATFORM.id, clock.now())).toBe('wxb');
    await database.dataSource.query("UPDATE account SET state = 'revoked'");
    expect(await rows().sampleAccount(PLATFORM.id, clock.now())).toBeNull();
    expect(await rows().accountGroups('plt_none')).toEqual([]);
  });

  it('takes out its own probe alone', async () => {
    expect(await rows().takeProbe(PLATFORM.id, 'never sent')).toBe(false);
  });
});
