import { randomBytes } from 'node:crypto';
import { freePort, Program, until } from '../support/processes';
import { formOf } from '../support/sandbox';
import { openAll, seedSealedRows } from '../support/sealed-rows';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';
import { messageXml, sealPush, sendPush } from '../support/wechat-push';

jest.setTimeout(240_000);

const NOW = '2026-03-10T02:00:00.000Z';
const SEEDED = { credential: 4_000, push_event: 1_000 };
const DAYS = { from: '2026-02-17', to: '2026-03-09' };
const ACCOUNTS = 3;
const GET_USER_CUMULATE = '/datacube/getusercumulate';

const newKey = (): string => randomBytes(32).toString('base64');
const [B1, B2] = [newKey(), newKey()];
const [K1, K2] = [`k1:${B1}`, `k2:${B2}`];

/** The real programs, from one key to the next, in the order the documents tell; the cases build on each other. */
describe('the key ring', () => {
  let system: System;
  let provider: Provider;
  let merchant: Awaited<ReturnType<typeof makeMerchant>>;
  let link: string;
  let worker: Program;

  beforeAll(async () => {
    system = await System.start({ now: NOW, workers: 0, env: { SECRET_KEYS: K1 } });
    worker = await system.startWorker();
    provider = await makeProvider(system, await makeHost(system));
    merchant = await makeMerchant(provider, system);
    for (let n = 0; n < ACCOUNTS; n++) await authorize(system, provider, merchant.id);
    link = await invite(provider, merchant.id);
    await seedSealedRows(system.db, K1, provider.platform.id, SEEDED);
  }, 120_000);
  afterAll(() => system.stop());

  /** Runs a program that is expected to end by itself. */
  async function ended(
    entry: string,
    keys: string,
    args: string[] = [],
  ): Promise<{ code: number | null; said: string }> {
    const ports = { GATEWAY_PORT: String(await freePort()), OPS_PORT: String(await freePort()) };
    const program = Program.start('ended', entry, { ...system.env, ...ports, SECRET_KEYS: keys }, args);
    const timer = setTimeout(() => void program.stop('SIGKILL'), 120_000);
    const code = await program.exit();
    clearTimeout(timer);
    return { code, said: program.lastOutput };
  }

  const rotateKeys = (keys: string, ...args: string[]) => ended('apps/worker/src/rotate-keys.js', keys, args);

  async function expectRefusal(keys: string, sentence: RegExp): Promise<void> {
    const values = keys.split(',').map((part) => part.split(':')[1]!);
    const refused = async (name: string): Promise<void> => {
      const { code, said } = await ended(`apps/${name}/src/main.js`, keys);
      expect([name, code, said]).toEqual([name, 1, expect.stringMatching(sentence)]);
      expect(said.startsWith(`${name} did not start: `)).toBe(true);
      for (const value of values) expect(said).not.toContain(value);
    };
    await Promise.all(['gateway', 'worker'].map(refused));
  }

  async function restart(keys: string): Promise<void> {
    await Promise.all([system.gateway.stop(), worker.stop()]);
    const env = { SECRET_KEYS: keys };
    [, worker] = await Promise.all([system.startGateway(env), system.startWorker(env)]);
  }

  const rowsUnder = async (keyId: string): Promise<number> => {
    const counts = ['platform_secret', 'ticket', 'credential', 'push_event'].map(
      (table) => `(SELECT COUNT(*) FROM ${table} WHERE key_id = '${keyId}')`,
    );
    const [rows] = await system.db.query(`SELECT ${counts.join(' + ')} AS n`);
    return (rows as { n: number }[])[0]!.n;
  };

  /** Asks for days again; they come through the worker with the accounts' tokens. */
  async function fetchAgain(): Promise<string> {
    const body = { scope: { merchant: merchant.id }, ...DAYS, refetch: true };
    const { id } = ok(await merchant.api.post('/api/v1/fetches', body), 202);
    return until(
      'the fetch has ended',
      async () => {
        const { state } = ok(await merchant.api.get(`/api/v1/fetches/${id as string}`), 200);
        return state === 'running' ? null : (state as string);
      },
      40_000,
    );
  }

  /** WeChat's page is opened by way of a pre-auth code, which the gateway buys with the component token. */
  async function connect(): Promise<number> {
    const { action } = formOf(await (await fetch(link)).text());
    // One link may be pressed only so often; here it stands for the links of many.
    await system.db.query('UPDATE invite SET presses = 0');
    return (await fetch(new URL(action, link), { method: 'POST', redirect: 'manual' })).status;
  }

  async function push(n: number): Promise<string> {
    const { appid } = provider.platform;
    const xml = messageXml({
      AppId: appid,
      CreateTime: Math.floor(Date.parse(NOW) / 1_000) + n,
      InfoType: 'under_load',
    });
    const { status, text } = await sendPush(system.gatewayOrigin, sealPush(provider.platform, xml));
    return `${status} ${text}`;
  }

  it('keeps programs from starting with keys that do not fit', async () => {
    await expectRefusal(K2, /under key k1, which SECRET_KEYS lacks.*\.local\/secret-keys/);
    await expectRefusal(`k1:${B2}`, /other bytes for key k1/);
    await expectRefusal(`${K2},${K1}`, /k2 stands first .* first add k2 behind the old key everywhere/);
  });

  it('keeps a rotation from starting before everybody seals with the new key', async () => {
    expect(await rotateKeys(`${K2},${K1}`)).toEqual({ code: 1, said: expect.stringMatching(/first add k2 behind/) });
    await restart(`${K1},${K2}`);
    expect(await rotateKeys(`${K2},${K1}`)).toEqual({
      code: 1,
      said: expect.stringMatching(/still seals with key k1/),
    });
    expect(await rotateKeys(`${K2},${K1}`, '--retire', 'k1')).toEqual({
      code: 1,
      said: expect.stringMatching(/rotate-keys first/),
    });
    expect(await rowsUnder('k2')).toBe(0);
  });

  it('is rotated under load without one failed call or push', async () => {
    await restart(`${K2},${K1}`);
    const rows = await rowsUnder('k1');
    expect(rows).toBeGreaterThan(SEEDED.credential + SEEDED.push_event);
    await system.sandbox.forgetCalls();
    await using load = new Load();
    load.repeat('fetch', fetchAgain, 'done');
    load.repeat('connect', connect, 303);
    load.repeat('connect', connect, 303);
    load.repeat('push', push, '200 success');
    load.repeat('push', (n) => push(1_000_000 + n), '200 success');
    // Tokens about to end are refreshed behind their callers, and written anew while the rotation passes them.
    load.repeat('expire', async () => {
      await system.db.query(
        `UPDATE credential SET expires_at = ?, issued_at = expires_at - INTERVAL 2 HOUR
         WHERE kind IN ('account_token', 'component_token') AND subject_appid NOT LIKE 'wxseed%'`,
        [new Date(Date.parse((await system.sandbox.control('GET', 'clock')).now) + 300_000)],
      );
      await new Promise((resolve) => setTimeout(resolve, 700));
    });
    const isLoaded = (): boolean => load.done('fetch') > 0 && load.done('connect') > 5 && load.done('push') > 20;
    await until('every kind of load runs', () => Promise.resolve(isLoaded()), 60_000);

    const began = performance.now();
    const env = { ...system.env, SECRET_KEYS: `${K2},${K1}` };
    const killed = Program.start('rotate-keys', 'apps/worker/src/rotate-keys.js', env, ['--batch', '10']);
    const isUnderWay = (): boolean => /credential: \d+ of \d+ rows/.test(killed.lastOutput);
    await until('a progress line', () => Promise.resolve(isUnderWay()), 60_000);
    await killed.stop('SIGKILL');
    const left = await rowsUnder('k1');
    expect([left > 0, left < rows]).toEqual([true, true]);
    const both = await Promise.all([1, 2].map(() => rotateKeys(`${K2},${K1}`, '--batch', '20')));
    const seconds = (performance.now() - began) / 1_000;
    for (const { code, said } of both)
      expect([code, said]).toEqual([0, expect.stringMatching(/done: no row is under another key/)]);
    const movedAfterwards = both.flatMap(({ said }) =>
      [...said.matchAll(/: (\d+) rows moved/g)].map((m) => Number(m[1])),
    );
    expect(movedAfterwards.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(left / 2);
    await load.stop();

    const calls = await system.sandbox.calls(GET_USER_CUMULATE);
    const refreshes = await system.sandbox.calls('/cgi-bin/component/api_authorizer_token');
    const asked = load.done('fetch') + load.done('connect') + (calls['0'] ?? 0);
    const refused = Object.entries({ ...calls }).reduce((sum, [errcode, n]) => sum + (errcode === '0' ? 0 : n), 0);
    const failed = load.failures.filter(({ kind }) => kind !== 'push').length + refused;
    const failedPushes = load.failures.filter(({ kind }) => kind === 'push').length;
    console.log(
      `rotation: rows ${rows}, seconds ${seconds.toFixed(1)}, calls ${asked}, failed ${failed}, pushes ${load.done('push')}, failed ${failedPushes}`,
    );
    expect(load.failures).toEqual([]);
    expect(calls).toEqual({ 0: expect.any(Number) });
    expect(Object.keys(refreshes)).toEqual(['0']);
    expect(await rowsUnder('k1')).toBe(0);
    expect(await openAll(system.db, K2)).toBeGreaterThanOrEqual(rows + load.done('push'));
    const [stored] = await system.db.query("SELECT COUNT(*) AS n FROM push_event WHERE info_type = 'under_load'");
    expect((stored as { n: number }[])[0]!.n).toBe(load.done('push'));
    const [versions] = await system.db.query(
      "SELECT DISTINCT version AS v FROM credential WHERE subject_appid LIKE 'wxseed%'",
    );
    expect(versions).toEqual([{ v: 1 }]);
  });

  it('lets the old key go when nothing uses it, and never back', async () => {
    const shown = await rotateKeys(`${K2},${K1}`, '--status');
    expect(shown).toEqual({ code: 0, said: expect.stringMatching(/k1 +behind: opens( +0){9}\n/) });
    expect(shown.said).toMatch(/worker, process \d+ on \S+: seals with k2, opens with k2, k1/);
    const late = await system.startWorker({ SECRET_KEYS: `${K1},${K2}` });
    // It may have sealed something already.
    expect(await rotateKeys(`${K2},${K1}`, '--retire', 'k1')).toEqual({
      code: 1,
      said: expect.stringMatching(/still seals with key k1|rows are still sealed under key k1/),
    });
    await expectRefusal(
      K2,
      /(seals with|sealed under) key k1, which SECRET_KEYS lacks|under key k1, which SECRET_KEYS lacks/,
    );
    await late.stop();
    expect(await rotateKeys(`${K2},${K1}`)).toMatchObject({ code: 0 });
    expect(await rotateKeys(`${K2},${K1}`, '--retire', 'k1')).toEqual({
      code: 0,
      said: expect.stringMatching(/key k1 is retired/),
    });
    await expectRefusal(`${K1},${K2}`, /key k1 was retired/);
    await restart(K2);
    expect([await fetchAgain(), await connect(), await push(5_000_000)]).toEqual(['done', 303, '200 success']);
  });
});

/** Does things again and again, side by side, and notes what did not come out as it should. */
class Load {
  readonly failures: { kind: string; got: unknown }[] = [];
  private readonly counts = new Map<string, number>();
  private readonly loops: Promise<void>[] = [];
  private isOver = false;

  repeat(kind: string, act: (n: number) => Promise<unknown>, wanted?: unknown): void {
    const loop = async (): Promise<void> => {
      for (let n = 0; !this.isOver; n++) {
        const got = await act(n).catch((error: unknown) => String(error));
        this.counts.set(kind, this.done(kind) + 1);
        if (got !== wanted) this.failures.push({ kind, got });
      }
    };
    this.loops.push(loop());
  }

  done(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.loops);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
