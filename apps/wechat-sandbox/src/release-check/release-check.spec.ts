import {
  PLATFORM,
  type PushReceiver,
  type SandboxFixture,
  startFixture,
  startReceiver,
  stopFixture,
} from '../../test/sandbox-fixture';

interface Step {
  step: string;
  ok: boolean;
  detail: string;
}

/** What a platform does right is told by the gateway's own test; here is what one does wrong. */
describe('POST /sandbox/release-check', () => {
  let receiver: PushReceiver;
  let box: SandboxFixture;
  beforeEach(async () => {
    receiver = await startReceiver();
    box = await startFixture(`${receiver.origin}/events`);
    await box.control('POST', '/platforms', { appid: PLATFORM, sets: [2] });
  });
  afterEach(async () => {
    await stopFixture(box);
    await receiver.close();
  });

  /** Tickets that came with the registration would take the answers meant for the check. */
  async function quiet(): Promise<void> {
    const pending = (): boolean => box.world.deliveries.list().some(({ state }) => state === 'pending');
    for (let i = 0; i < 200 && pending(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(pending()).toBe(false);
  }
  const check = async (options: object = {}): Promise<{ ok: boolean; steps: Step[] }> =>
    (await box.control('POST', '/release-check', { component_appid: PLATFORM, ...options })) as never;

  it('asks a platform without messages for "success" only', async () => {
    expect(await check({ group: 3 })).toMatchObject({
      ok: true,
      steps: [{ step: 'ticket' }, { step: 'official_authorized' }, { step: 'official_unauthorized' }],
    });
    expect(box.world.store.findGrant(PLATFORM, 'wx8e1097c5bc82cde9')).toMatchObject({ active: false });
  });

  it('says which step failed, and why', async () => {
    await box.control('POST', '/platforms', { appid: PLATFORM, sets: [1, 2] });
    await quiet();
    receiver.answers.push(...['no', 'success', 'success', '', 'hello'].map((body) => ({ status: 200, body })));
    const { ok, steps } = await check();
    expect(ok).toBe(false);
    expect(steps.map(({ step, ok: passed, detail }) => [step, passed, detail])).toEqual([
      ['ticket', false, 'body is not success'],
      ['official_authorized', true, 'delivered'],
      ['official_text', false, 'not an encrypted reply'],
      ['official_event', false, 'empty body'],
      ['official_code', false, 'answered by neither nothing nor success'],
      ['official_api_message', false, 'did not come'],
      ['official_unauthorized', true, 'delivered'],
    ]);
    const code = [...box.world.store.authCodes.keys()].at(-1)!;
    expect(JSON.stringify(steps)).not.toContain(code);
  }, 20_000);

  it('leaves messages out on demand, and knows its own fields', async () => {
    await box.control('POST', '/platforms', { appid: PLATFORM, sets: [1, 19] });
    expect((await check({ messages: false })).steps).toHaveLength(3);
    for (const bad of [{ group: 6 }, { group: 1.5 }, { code: 'x' }, { component_appid: 'wx1' }]) {
      expect(await check(bad)).toMatchObject({ status: 'component_appid' in bad ? 404 : 400 });
    }
  });
});
