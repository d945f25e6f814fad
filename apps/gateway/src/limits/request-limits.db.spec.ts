import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { config, loadConfig, StoreConfig } from '@app/platform';
import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { GatewayConfig } from '../gateway.config';
import { RequestLimits } from './request-limits';

const open: RequestLimits[] = [];
let prefix: string;

/** As a gateway process has it. */
async function gateway(redisUrl: string = process.env['REDIS_URL']!, keyLimit = 5): Promise<RequestLimits> {
  const limits = { KEY_REQUESTS_A_MINUTE: String(keyLimit), USER_REQUESTS_A_MINUTE: '8' };
  loadConfig([StoreConfig, GatewayConfig], {
    DATABASE_URL: 'mysql://nowhere/x',
    REDIS_URL: redisUrl,
    REDIS_PREFIX: prefix,
    ...limits,
  });
  const made = new RequestLimits(config(GatewayConfig), config(StoreConfig));
  open.push(made);
  await new Promise((connected) => setTimeout(connected, 150));
  return made;
}

describe('RequestLimits', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(() => {
    prefix = `{limits-${randomBytes(5).toString('hex')}}`;
  });
  afterEach(() => {
    for (const limits of open.splice(0)) limits.onApplicationShutdown();
  });

  it('counts a caller at all gateways together, and others apart', async () => {
    const [one, two] = [await gateway(), await gateway()];
    const left: (number | undefined)[] = [];
    for (let n = 0; n < 5; n++) left.push((await (n % 2 === 0 ? one : two).take('key_1'))?.remaining);
    expect(left).toEqual([4, 3, 2, 1, 0]);
    for (const limits of [one, two, one, two]) {
      const over = (await limits.take('key_1'))!;
      expect(over).toMatchObject({ remaining: 0, isOver: true, policy: { name: 'key', limit: 5 } });
      expect(over.resetSeconds).toBeGreaterThan(50);
      expect(over.resetSeconds).toBeLessThanOrEqual(60);
    }
    expect(await two.take('key_2')).toMatchObject({ remaining: 4, isOver: false });
    expect(await two.take('usr_1')).toMatchObject({ remaining: 7, policy: { name: 'user', limit: 8 } });
  });

  it('lets no more through at once than are left', async () => {
    const gateways = [await gateway(), await gateway()];
    const standings = await Promise.all(Array.from({ length: 40 }, (_, n) => gateways[n % 2]!.take('key_1')));
    expect(standings.filter((one) => one?.isOver === false)).toHaveLength(5);
  });

  it('takes ahead once for all who come at the same time, and no more than there is', async () => {
    const limits = await gateway(undefined, 600);
    const at = async (count: number) => Promise.all(Array.from({ length: count }, () => limits.takeAhead('key_1')));
    expect((await at(95)).every((one) => one?.isOver === false)).toBe(true);
    // Ten trips for ten requests each; five of the last are still to be used.
    expect((await limits.take('key_1'))?.remaining).toBe(499);
    expect((await at(5)).every((one) => one?.isOver === false)).toBe(true);
    expect((await limits.take('key_1'))?.remaining).toBe(498);
    const rest = await at(600);
    // Of the last ones less than a second's worth is left over.
    expect(rest.filter((one) => one?.isOver === false)).toHaveLength(490);
  });

  it.each<[string, ((socket: Socket) => void) | null]>([
    ['is away', null],
    ['takes connections and never answers', (socket) => socket.resume()],
    ['closes every connection', (socket) => socket.destroy()],
  ])('counts for itself while Redis %s, without keeping anybody waiting', async (_name, serve) => {
    const server = createServer(serve ?? undefined);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
    const { port } = await listening(server);
    if (serve === null) server.close();
    const limits = await gateway(`redis://127.0.0.1:${port}`);
    const began = Date.now();
    const standings = [];
    for (let n = 0; n < 7; n++) standings.push(await limits.take('key_1'));
    expect(standings.map((one) => one?.isOver)).toEqual([false, false, false, false, false, true, true]);
    expect(Date.now() - began).toBeLessThan(800);
    for (const socket of sockets) socket.destroy();
    if (serve !== null) server.close();
  });
});

async function listening(server: Server): Promise<AddressInfo> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return server.address() as AddressInfo;
}
