import { Redis } from 'ioredis';
import { engine } from '../engines';
import { type Program } from '../processes';
import { type Chance } from '../random';
import { type FetchingWorld } from './fetching-world';

/** What befalls the system, each so many times over a drill. */
const PLAN = {
  'worker killed': 10,
  'Redis flushed': 3,
  'Redis restarted': 3,
  'database restarted': 1,
  'database killed': 1,
  'faults of WeChat': 24,
} as const;
type Mishap = keyof typeof PLAN;

const ODD_ROWS = ['outside', 'twice', 'negative', 'fraction', 'text', 'object', 'backwards'];
/** Of so many calls in a hundred, those that are hit while a fault lasts. */
const HIT = 0.25;

/** A list of mishaps in the order chance gives; the same seed gives the same list. */
export function planMishaps(chance: Chance): Mishap[] {
  const list = Object.entries(PLAN).flatMap(([mishap, times]) => Array.from({ length: times }, () => mishap as Mishap));
  for (let n = list.length - 1; n > 0; n--) {
    const other = chance.below(n + 1);
    [list[n], list[other]] = [list[other]!, list[n]!];
  }
  return list;
}

/** Lets mishaps happen, and counts them. */
export class Mishaps {
  readonly counts = new Map<string, number>();
  private workers: Program[] = [];

  constructor(
    private readonly world: FetchingWorld,
    private readonly chance: Chance,
  ) {}

  async startWorkers(count: number): Promise<void> {
    while (this.workers.length < count) this.workers.push(await this.world.system.startWorker());
  }

  async happen(mishap: Mishap): Promise<void> {
    this.counts.set(mishap, (this.counts.get(mishap) ?? 0) + 1);
    switch (mishap) {
      case 'worker killed':
        return this.killWorker();
      case 'Redis flushed':
        return this.flush();
      case 'Redis restarted':
        return engine('restart', 'redis');
      case 'database restarted':
        return engine('restart', 'database');
      case 'database killed':
        await engine('crash', 'database');
        return engine('start', 'database');
      case 'faults of WeChat':
        await this.world.system.sandbox.faults(this.trouble());
    }
  }

  private async killWorker(): Promise<void> {
    const [victim] = this.workers.splice(this.chance.below(this.workers.length), 1);
    await victim?.stop('SIGKILL');
    this.workers.push(await this.world.system.startWorker());
  }

  private async flush(): Promise<void> {
    const redis = new Redis(this.world.system.env['REDIS_URL']!, { maxRetriesPerRequest: 3 });
    redis.on('error', () => undefined);
    await redis.flushall();
    redis.disconnect();
  }

  /** One kind of trouble, for some calls; what an earlier one left over goes on. */
  private trouble(): Record<string, unknown> {
    const calls = 5 + this.chance.below(25);
    const base = { faultPath: 'datacube', faultProbability: HIT };
    const kinds: (() => Record<string, unknown>)[] = [
      () => ({ http502Html: calls }),
      () => ({ timeouts: 4 + this.chance.below(8) }),
      () => ({ truncatedBody: calls }),
      () => ({ connectionReset: calls }),
      () => ({ datacubeErrcode: this.chance.pick([-1, -1, 40001, 45011]), datacubeErrcodeCount: calls }),
      () => ({ lackingRows: calls }),
      () => ({ emptyLists: 1 + this.chance.below(3) }),
      () => ({ oddRowAnswers: calls, oddRows: this.chance.pick(ODD_ROWS) }),
    ];
    return { ...base, ...this.chance.pick(kinds)() };
  }
}
