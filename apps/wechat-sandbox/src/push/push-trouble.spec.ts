import {
  ACCOUNT,
  AES_KEY,
  PLATFORM,
  type PushReceiver,
  type SandboxFixture,
  startFixture,
  startReceiver,
  stopFixture,
} from '../../test/sandbox-fixture';
import { decryptPush } from '../crypto/push-cipher';

describe('pushes under switches', () => {
  let receiver: PushReceiver;
  let box: SandboxFixture;
  beforeEach(async () => {
    receiver = await startReceiver();
    box = await startFixture(`${receiver.origin}/events`);
    await until(() => box.world.deliveries.list().every(({ state }) => state !== 'pending'));
    receiver.received.length = 0;
    await box.control('DELETE', '/pushes');
  });
  afterEach(async () => {
    await stopFixture(box);
    await receiver.close();
  });

  const faults = (document: object): Promise<unknown> => box.control('PUT', '/faults', document);
  const ticket = (body: object = {}): Promise<Record<string, unknown>> =>
    box.control('POST', '/push', { component_appid: PLATFORM, ...body });
  const act = (name: string): Promise<Record<string, unknown>> =>
    box.control('POST', `/accounts/${ACCOUNT}/${name}`, { component_appid: PLATFORM });
  const field = (name: string): string[] =>
    receiver.received.map(({ body }) => {
      const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '';
      return new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>`).exec(decryptPush(AES_KEY, encrypted).message)?.[1] ?? '';
    });
  const issued = (): string[] => box.world.store.platforms.get(PLATFORM)!.tickets.map(({ value }) => value);

  it('bring a ticket twice, or late', async () => {
    await faults({ ticketDuplicate: true });
    await ticket();
    expect(field('ComponentVerifyTicket')).toEqual([issued().at(-1), issued().at(-1)]);
    await faults({ ticketDuplicate: false, ticketDelayMs: 60 });
    await ticket({ wait: false });
    expect(receiver.received).toHaveLength(2);
    await until(() => receiver.received.length === 3);
    // what the control call says goes before the switch
    await faults({ ticketDelayMs: 60_000 });
    await ticket({ delayMs: 0 });
    expect(receiver.received).toHaveLength(4);
  });

  it('let every second ticket overtake the one before it', async () => {
    await faults({ ticketReorder: true });
    for (let i = 0; i < 4; i += 1) await ticket({ wait: i % 2 === 1 });
    await until(() => receiver.received.length === 4);
    const [a, b, c, d] = issued().slice(-4);
    expect(field('ComponentVerifyTicket')).toEqual([b, a, d, c]);
  });

  it('let events overtake each other, and none wait for ever', async () => {
    await faults({ eventReorder: true, reorderWaitMs: 80 });
    expect(await act('authorize')).toMatchObject({ delivery: { state: 'pending' } });
    expect(receiver.received).toHaveLength(0);
    await act('cancel');
    await until(() => receiver.received.length === 2);
    expect(field('InfoType')).toEqual(['unauthorized', 'authorized']);
    await act('authorize');
    await until(() => receiver.received.length === 3);
  });

  it('try an event as often as told, a ticket as often as other pushes', async () => {
    await faults({ pushTries: 2, eventTries: 4 });
    receiver.answers.push(...Array.from({ length: 3 }, () => ({ status: 500, body: '' })));
    const { deliveries } = await ticket({ kind: 'unauthorized', appid: ACCOUNT });
    expect(deliveries).toMatchObject([{ state: 'delivered', attempts: [{}, {}, {}, { ok: true }] }]);
    receiver.answers.push(...Array.from({ length: 3 }, () => ({ status: 500, body: '' })));
    expect(await ticket()).toMatchObject({ deliveries: [{ state: 'failed', attempts: [{}, {}] }] });
  });

  it.each([
    [false, ['failed', 'blocked', 'blocked'], 1],
    [true, ['delivered', 'delivered', 'blocked'], 3],
  ])('replay after a block: %p', async (pushReplayAfterBlock, states, requests) => {
    await faults({ pushBlockAfterFailures: 1, pushBlockMs: 150, pushReplayAfterBlock });
    receiver.answers.push({ status: 503, body: '' });
    await act('authorize');
    await act('cancel');
    await ticket({ wait: false });
    await until(
      () =>
        box.world.deliveries
          .list()
          .map(({ state }) => state)
          .join() === states.join(),
    );
    expect(receiver.received).toHaveLength(requests);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
