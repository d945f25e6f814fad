import { until } from './processes';
import { type System } from './system';
import { type Served, type TokenCaller, type TokenOrder } from './token-callers';

/** What happens to the process that refreshes while the others wait for it. */
export type Disturbance = 'none' | 'killed' | 'stopped';

export interface Storm {
  readonly kind: TokenOrder['kind'];
  readonly disturbance: Disturbance;
  /** WeChat gives a new refresh token with each refresh. */
  readonly rotates: boolean;
  /** How long a rotated refresh token works on. */
  readonly overlapSeconds?: number;
}

export interface StormResult {
  /** Refreshing calls WeChat saw, by errcode. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callCount: number;
  readonly served: number;
  readonly errors: readonly string[];
  readonly tokens: readonly string[];
  readonly slowestMs: number;
  /** Writes that came too late and were refused. */
  readonly fenced: number;
  /** What WeChat says to the token each living process uses afterwards. */
  readonly afterwards: readonly (number | null)[];
}

const LIFE_MS = 7_200_000;
const REFRESH_TAKES_MS = 3_000;
const PATHS = { account: 'api_authorizer_token', component: 'api_component_token' } as const;
const YESTERDAY = '2026-03-08';

/**
 * Many callers in several processes ask for a token that has just ended, and WeChat takes 3 s to give another. A disturbed
 * process is the first of the list, and holds the lease when it happens.
 */
export async function runStorm(
  system: System,
  processes: readonly TokenCaller[],
  order: Omit<TokenOrder, 'kind'>,
  { kind, disturbance, rotates, overlapSeconds = 300 }: Storm,
  callers: number,
): Promise<StormResult> {
  const [first, ...others] = processes;
  if (!first) throw new Error('no process to ask');
  const asked: TokenOrder = { ...order, kind };
  await system.sandbox.control('DELETE', 'faults');
  await system.moveClock(LIFE_MS + 60_000);
  if (kind === 'account') for (const process of processes) await process.get({ ...order, kind: 'component' }, 1);
  await system.sandbox.faults({
    latencyMs: REFRESH_TAKES_MS,
    faultPath: PATHS[kind],
    refreshRotates: rotates,
    refreshOverlapSeconds: overlapSeconds,
  });
  await system.sandbox.forgetCalls();
  const suspectBefore = await fencedWrites(processes);
  const own = first.get(asked, callers).catch((): Served | null => null);
  const rest: Promise<Served>[] = [];
  if (disturbance === 'none') {
    rest.push(...others.map((process) => process.get(asked, callers)));
  } else {
    await until('the first process holds the lease', () => isLeased(system, asked));
    rest.push(...others.map((process) => process.get(asked, callers)));
    await new Promise((wait) => setTimeout(wait, 1_000));
    first.signal(disturbance === 'killed' ? 'SIGKILL' : 'SIGSTOP');
  }
  const served = await Promise.all(rest);
  if (disturbance === 'stopped') first.signal('SIGCONT');
  const firstServed = await own;
  if (firstServed && disturbance !== 'killed') served.push(firstServed);
  const living = disturbance === 'killed' ? others : processes;
  const afterwards = await Promise.all(living.map((process) => process.use({ ...asked, kind: 'account' }, YESTERDAY)));
  const calls = await system.sandbox.calls(`/cgi-bin/component/${PATHS[kind]}`);
  return {
    calls,
    callCount: Object.values(calls).reduce((sum, count) => sum + count, 0),
    served: served.reduce((sum, one) => sum + one.served, 0),
    errors: served.flatMap(({ errors }) => errors),
    tokens: [...new Set(served.flatMap(({ tokens }) => tokens))],
    slowestMs: Math.max(...served.map(({ ms }) => ms)),
    fenced: (await fencedWrites(processes)) - suspectBefore,
    afterwards,
  };
}

async function isLeased(system: System, { kind, platformId, appid, componentAppid }: TokenOrder): Promise<boolean> {
  const [rows] = await system.db.query(
    `SELECT 1 FROM credential WHERE platform_id = ? AND subject_appid = ? AND kind = ? AND lease_until > UTC_TIMESTAMP(3)`,
    [platformId, kind === 'account' ? appid : componentAppid, `${kind}_token`],
  );
  return (rows as unknown[]).length > 0;
}

/** Each process says in its log when a write of its own was refused. */
function fencedWrites(processes: readonly TokenCaller[]): Promise<number> {
  const counts = processes.map(({ program }) => program.lastOutput.split('refresh fenced off').length - 1);
  return Promise.resolve(counts.reduce((sum, count) => sum + count, 0));
}
