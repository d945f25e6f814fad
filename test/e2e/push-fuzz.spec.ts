import { randomInt } from 'node:crypto';
import { Pool } from 'undici';
import { PushFuzz, type FuzzCase } from '../support/push-fuzz';
import { System } from '../support/system';
import { makeHost, makeProvider, type Provider } from '../support/tenants';

const CASES = Number(process.env['FUZZ_CASES'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const AT_ONCE = 32;

jest.setTimeout(600_000);

/** The whole internet may post to the event URL. FUZZ_SEED repeats a run, FUZZ_CASES makes it longer or shorter. */
describe('the event URL under arbitrary pushes', () => {
  let system: System;
  let provider: Provider;
  let pool: Pool;

  beforeAll(async () => {
    system = await System.start({ workers: 0 });
    provider = await makeProvider(system, await makeHost(system));
    pool = new Pool(system.gatewayOrigin, { connections: AT_ONCE });
  });
  afterAll(async () => {
    await pool.close();
    await system.stop();
  });

  async function send({ path, body, contentType }: FuzzCase): Promise<{ status: number; text: string }> {
    const answer = await pool.request({
      method: 'POST',
      path,
      body,
      headers: contentType === null ? {} : { 'content-type': contentType },
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  const isSuccess = ({ status, text }: { status: number; text: string }): boolean =>
    status === 200 && text === 'success';

  async function storedTypes(): Promise<Map<string, number>> {
    const [rows] = await system.db.query(
      "SELECT info_type AS type, COUNT(*) AS n FROM push_event WHERE info_type <> 'component_verify_ticket' GROUP BY info_type",
    );
    return new Map((rows as { type: string; n: number }[]).map(({ type, n }) => [type, n]));
  }

  it('stores what WeChat sent, refuses the rest, and stays up', async () => {
    const fuzz = new PushFuzz(provider.platform, SEED);
    const surprises: string[] = [];
    const valid: string[] = [];
    const kinds = new Map<string, number>();
    const count = { sent: 0, signed: 0, refused: 0, broken: 0 };
    const began = performance.now();
    const worker = async (): Promise<void> => {
      while (count.sent < CASES) {
        count.sent++;
        const push = fuzz.next();
        kinds.set(push.kind, (kinds.get(push.kind) ?? 0) + 1);
        if (push.signed) count.signed++;
        if (push.infoType !== null) valid.push(push.infoType);
        const answer = await send(push);
        if (answer.status >= 500) count.broken++;
        if (answer.status >= 400 && answer.status < 500) count.refused++;
        const expected = push.expects === 'valid' ? isSuccess(answer) : answer.status >= 400 && answer.status < 500;
        if (!expected) surprises.push(`${push.kind}: ${answer.status} ${answer.text.slice(0, 80)}`);
        // WeChat repeats a push whose answer it did not see.
        if (push.expects === 'valid' && !isSuccess(await send(push))) surprises.push(`${push.kind} again`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const seconds = (performance.now() - began) / 1_000;
    const stored = await storedTypes();
    const missing = valid.filter((type) => stored.get(type) !== 1);
    const others = [...stored.keys()].filter((type) => !valid.includes(type));
    process.stdout.write(
      `push fuzz: seed ${SEED}, cases ${count.sent}, kinds ${kinds.size}, signed ${count.signed}, valid ${valid.length}, ` +
        `stored ${valid.length - missing.length}, refused ${count.refused}, 5xx ${count.broken}, other rows ${others.length}, ` +
        `seconds ${seconds.toFixed(1)}\n`,
    );
    expect({ surprises: surprises.slice(0, 20), missing, others }).toEqual({ surprises: [], missing: [], others: [] });
    expect(valid.length).toBe(Math.floor(CASES / 1_000));
    expect(count.signed).toBeGreaterThan(CASES * 0.49);
    expect((await fetch(`${system.gatewayOrigin}/health/ready`)).status).toBe(200);
  });
});
