import { AccountDirectory, gateVerdict, type AccountScope, type FetchableAccount } from '@app/credentials';
import { Clock, newId, type Bilingual, type ShanghaiDate } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type Principal, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { chunks } from './chunks';
import { CumulateRepository } from './cumulate.repository';
import { FetchRepository, type NewTask } from './fetch.repository';
import { scopeEmpty, scopeSpansProviders } from './fetching.errors';
import { askableTo } from './task-policy';
import { planWindows, requestedRange, type DayRange } from './window-policy';

export interface FetchRequest {
  readonly scope: AccountScope;
  readonly from: string;
  readonly to: string;
  readonly refetch: boolean;
}

/** An account the gate refuses; its task waits and goes on by itself when the condition changes. */
export interface Refusal {
  readonly account: string;
  readonly appid: string;
  readonly because: string;
  readonly message: Bilingual;
}

export interface FetchPlan {
  readonly accounts: number;
  readonly windows: number;
  readonly calls: number;
  readonly refusals: readonly Refusal[];
}

const COVERAGE_CHUNK = 50;

/** Accepts what people ask for: checks it whole, then writes the fetch and its tasks; jobs follow from the rows. */
@Injectable()
export class FetchService {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly fetches: FetchRepository,
    private readonly cumulates: CumulateRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Throws AppError: a range refusal, `scope_empty`, `scope_spans_providers`, or not_found for whatever of the scope is out of reach. */
  async request(
    principal: Principal,
    reach: Reach,
    request: FetchRequest,
  ): Promise<{ id: string; refusals: Refusal[] }> {
    const now = this.clock.now();
    const range = requestedRange(request.from, request.to, now);
    const { accounts, providerId } = await this.scoped(reach, request.scope);
    const id = newId('fet');
    const merchants = new Set(accounts.map(({ merchantId }) => merchantId));
    const fetch = {
      ...{ id, ...range, refetch: request.refetch, createdAt: now, scope: describeScope(request.scope) },
      ...{ providerId, merchantId: merchants.size === 1 ? (accounts[0]?.merchantId ?? null) : null },
      requestedBy: principal.userId,
    };
    const tasks = accounts.map((account) => plannedTask(account, now));
    await this.transactions.run((manager) => this.fetches.insert(manager, fetch, tasks));
    return { id, refusals: refusalsOf(accounts) };
  }

  /** What `request` would do, without doing it. */
  async plan(reach: Reach, request: FetchRequest): Promise<FetchPlan> {
    const now = this.clock.now();
    const range = requestedRange(request.from, request.to, now);
    const { accounts } = await this.scoped(reach, request.scope);
    const open = accounts.filter(({ gate }) => gateVerdict(gate).open);
    const windows = await this.countWindows(open, { from: range.from, to: askableTo(range.to, now) }, request.refetch);
    return { accounts: accounts.length, windows, calls: windows, refusals: refusalsOf(accounts) };
  }

  /** A fetch belongs to one provider: whoever sees it there sees all of it. */
  private async scoped(
    reach: Reach,
    scope: AccountScope,
  ): Promise<{ accounts: FetchableAccount[]; providerId: string }> {
    const accounts = await this.accounts.inScope(reach, scope);
    const [providerId, ...others] = new Set(accounts.map((account) => account.providerId));
    if (providerId === undefined) throw scopeEmpty();
    if (others.length > 0) throw scopeSpansProviders();
    return { accounts, providerId };
  }

  private async countWindows(
    accounts: readonly FetchableAccount[],
    range: DayRange,
    refetch: boolean,
  ): Promise<number> {
    let windows = 0;
    for (const some of chunks(accounts, COVERAGE_CHUNK)) {
      const known = refetch
        ? new Map<number, Set<string>>()
        : await this.cumulates.knownDays(some.map(({ id }) => ({ accountId: id, ...range })));
      for (const { id } of some) {
        windows += planWindows(range, (day: ShanghaiDate) => known.get(id)?.has(day) ?? false).length;
      }
    }
    return windows;
  }
}

function plannedTask(account: FetchableAccount, now: Date): NewTask {
  const verdict = gateVerdict(account.gate);
  const state = verdict.open ? 'planned' : 'waiting_permission';
  return {
    accountId: account.id,
    turnKey: account.merchantId ?? account.publicId,
    state,
    because: verdict.open ? null : verdict.because,
    nextAttemptAt: now,
  };
}

function refusalsOf(accounts: readonly FetchableAccount[]): Refusal[] {
  return accounts.flatMap(({ publicId, appid, gate }) => {
    const verdict = gateVerdict(gate);
    return verdict.open ? [] : [{ account: publicId, appid, because: verdict.because, message: verdict.message }];
  });
}

/** For people to read later; a long list of accounts is cut, the tasks hold the truth. */
function describeScope(scope: AccountScope): string {
  return JSON.stringify(scope).slice(0, 4_000);
}
