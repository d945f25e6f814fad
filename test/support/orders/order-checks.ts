import { AccountReader, AccountTokens, ReconcileRunner } from '@app/credentials';
import { box, PLATFORM } from '../../../libs/credentials/src/testing/harness';
import { ReconcileRequests } from '../../../libs/credentials/src/reconcile/reconcile-requests';
import { ComponentTokens } from '../../../libs/credentials/src/tokens/component-tokens';
import { AFTER, lifeAt, nameOf, truthAt } from './order-cases';
import { type Played } from './order-play';
import { each, type OrderWorld } from './order-world';

interface Stored {
  readonly id: number;
  readonly state: string;
  readonly merchantId: string | null;
  readonly sets: string;
  readonly refresh: string | null;
  readonly access: string | null;
}

const sorted = (sets: readonly number[]): string => [...sets].sort((a, b) => a - b).join();

/** Compares what is stored with the sandbox's truth, and counts what it compared. */
export class OrderChecks {
  assertions = 0;
  private failures: string[] = [];
  private componentToken = '';

  constructor(private readonly world: OrderWorld) {}

  /** How many failed since the last time, and the first of them. */
  takeFailures(): string[] {
    const { failures } = this;
    this.failures = [];
    return failures.length === 0 ? [] : [`${failures.length} failures, such as`, ...failures.slice(0, 25)];
  }

  /** After the deliveries: nothing is wrong in a dangerous direction, and nothing WeChat told is lost. */
  async checkTold(wave: readonly Played[]): Promise<void> {
    await this.renewComponentToken();
    const stored = await this.readAll();
    await each(wave, async (played) => {
      for (const wrong of played.wrong) this.check(played, false, wrong);
      const rows = stored.get(played.orderCase.appid) ?? [];
      this.check(played, rows.length === (played.knowledge.state === 'unknown' ? 0 : 1), `${rows.length} accounts`);
      if (rows[0]) await this.checkOne(played, rows[0]);
    });
  }

  /** After one reconcile and a re-read of each account: everything is as WeChat has it. */
  async checkReconciled(wave: readonly Played[]): Promise<void> {
    const [one] = this.world.processes;
    // What was authorized since a run began is left to the next one.
    await this.world.moveTo(new Date(this.world.now.getTime() + 2_000));
    const run = await one.module.get(ReconcileRequests).demand(PLATFORM.id, 'usr_1', false);
    await one.module.get(ReconcileRunner).run(run);
    const before = await this.readAll();
    await each(wave, async ({ orderCase: { appid } }) => {
      for (const { id } of before.get(appid) ?? []) await this.world.process().module.get(AccountReader).reread(id);
    });
    const [stored, listed] = [await this.readAll(), await this.listAll()];
    await each(wave, async (played) => {
      const { appid } = played.orderCase;
      const rows = stored.get(appid) ?? [];
      const { active } = truthAt(played.plan, AFTER);
      this.check(played, active ? rows.length === 1 : rows.length <= 1, `reconciled: ${rows.length} accounts`);
      this.check(played, active === listed.has(appid), 'the sandbox does not list what was done there');
      if (rows[0]) await this.checkTruth(played, rows[0], listed.get(appid) ?? null);
    });
    // What is found out only by using a token.
    const used = await this.readAll();
    for (const { orderCase, plan, ...played } of wave) {
      const row = used.get(orderCase.appid)?.[0];
      const { active } = truthAt(plan, AFTER);
      const state = !active ? 'revoked' : listed.get(orderCase.appid) == null ? 'incomplete' : 'authorized';
      if (row)
        this.check({ ...played, orderCase, plan }, row.state === state, `reconciled: state ${row.state}, not ${state}`);
    }
  }

  /** Every code was exchanged at most once, and WeChat was not asked in vain. Returns the exchanges. */
  async checkCalls(wave: readonly Played[]): Promise<number> {
    const { calls } = await this.world.sandbox.control('GET', 'calls?since=0');
    const exchanges = calls.filter(({ path }: { path: string }) => path.endsWith('/api_query_auth'));
    const sum = (list: { count: number }[]): number => list.reduce((total, { count }) => total + count, 0);
    for (const played of wave) {
      const good = sum(exchanges.filter((call: any) => call.errcode === 0 && call.appid === played.orderCase.appid));
      this.check(
        played,
        good <= played.knowledge.spent.size,
        `${good} exchanges of ${played.knowledge.spent.size} codes`,
      );
    }
    const refused = exchanges.filter(({ errcode }: { errcode: number }) => errcode !== 0 && errcode !== 61003);
    this.check(null, refused.length === 0, `refused exchanges: ${JSON.stringify(refused)}`);
    const codes = wave.reduce((total, { knowledge }) => total + knowledge.delivered.size, 0);
    this.check(null, sum(exchanges) <= codes, `${sum(exchanges)} exchanges of ${codes} codes that were delivered`);
    await this.world.sandbox.forgetCalls();
    return sum(exchanges);
  }

  private async checkOne(played: Played, row: Stored): Promise<void> {
    const { knowledge, orderCase, plan } = played;
    const truth = truthAt(plan, AFTER);
    const mayBe =
      knowledge.state === (truth.active ? 'authorized' : 'revoked')
        ? [knowledge.state]
        : [knowledge.state, truth.active ? 'incomplete' : 'revoked', truth.active ? 'authorized' : 'revoked'];
    this.check(played, mayBe.includes(row.state), `state ${row.state}, not ${mayBe.join(' or ')}`);
    const owner = knowledge.owned ? orderCase.merchantId : null;
    this.check(played, row.merchantId === owner, `owner ${String(row.merchantId)}, not ${String(owner)}`);
    const sets = row.state === 'revoked' ? [''] : [sorted(knowledge.sets), sorted(truth.sets)];
    this.check(played, sets.includes(row.sets), `sets ${row.sets}, not ${sets.join(' or ')}`);
    if (row.state === 'revoked') this.check(played, row.refresh === null && row.access === null, 'keeps tokens');
    // Of a life nobody told us of we cannot have tokens.
    if (truth.active && knowledge.life === lifeAt(plan, AFTER)) await this.checkTokens(played, row);
  }

  private async checkTokens(played: Played, row: Stored): Promise<void> {
    const access = row.access === null ? null : await this.asked(row.access);
    const answer = await this.world.call('/cgi-bin/component/api_authorizer_token', this.componentToken, {
      component_appid: PLATFORM.appid,
      authorizer_appid: played.orderCase.appid,
      authorizer_refresh_token: row.refresh,
    });
    const refreshed = typeof answer.authorizer_access_token === 'string';
    this.check(played, refreshed, `the refresh token is refused: ${JSON.stringify(answer)}`);
    this.check(played, access === 0 || refreshed, `the account token is refused: ${String(access)}`);
  }

  private async checkTruth(played: Played, row: Stored, told: string | null): Promise<void> {
    const truth = truthAt(played.plan, AFTER);
    this.check(played, row.sets === sorted(truth.sets), `reconciled: sets ${row.sets}, not ${sorted(truth.sets)}`);
    if (!truth.active) this.check(played, row.refresh === null && row.access === null, 'reconciled: keeps tokens');
    if (told !== null) this.check(played, row.refresh === told, 'reconciled: another refresh token than WeChat’s');
    const tries = await this.use(played.orderCase.appid);
    this.check(played, (tries === null) === (told === null), `reconciled: token used after ${String(tries)} tries`);
  }

  /** How many tries a call for the account took, as the fetches make it; null when there is no token that works. */
  private async use(appid: string): Promise<number | null> {
    const tokens = this.world.process().module.get(AccountTokens);
    for (const tries of [1, 2]) {
      try {
        const { token, version } = await tokens.get(PLATFORM.id, appid, PLATFORM.appid);
        if ((await this.asked(token.reveal())) === 0) return tries;
        await tokens.rejected(PLATFORM.id, appid, version);
      } catch {
        return null;
      }
    }
    return null;
  }

  private async asked(token: string): Promise<number> {
    const days = { begin_date: '2026-01-02', end_date: '2026-01-02' };
    const { errcode = 0 } = await this.world.call('/datacube/getusercumulate', token, days);
    return errcode;
  }

  /** Appid → its rows; both tokens opened. */
  private async readAll(): Promise<Map<string, Stored[]>> {
    const { dataSource } = this.world.database;
    const rows: (Omit<Stored, 'refresh' | 'access'> & { appid: string })[] = await dataSource.query(
      `SELECT a.id, a.appid, a.state, a.merchant_id AS merchantId, COALESCE(GROUP_CONCAT(p.set_id ORDER BY p.set_id), '') AS sets
       FROM account a LEFT JOIN account_permission p ON p.account_id = a.id GROUP BY a.id`,
    );
    const sealed: { appid: string; kind: string; keyId: string; sealed: Buffer }[] = await dataSource.query(
      'SELECT subject_appid AS appid, kind, key_id AS keyId, sealed FROM credential WHERE sealed IS NOT NULL',
    );
    const tokens = new Map(
      sealed.map(({ appid, kind, keyId, sealed: bytes }) => {
        const token = box.open({ keyId, bytes }, ['credential', PLATFORM.id, appid, kind]);
        return [`${appid} ${kind}`, token.reveal()];
      }),
    );
    const found = new Map<string, Stored[]>();
    for (const row of rows) {
      const refresh = tokens.get(`${row.appid} refresh_token`) ?? null;
      const access = tokens.get(`${row.appid} account_token`) ?? null;
      found.set(row.appid, [...(found.get(row.appid) ?? []), { ...row, refresh, access }]);
    }
    return found;
  }

  /** Appid → the refresh token WeChat tells of it, null when it tells none. What is not listed is not authorized. */
  private async listAll(): Promise<Map<string, string | null>> {
    const listed = new Map<string, string | null>();
    for (let offset = 0; ; offset += 500) {
      const page = await this.world.call('/cgi-bin/component/api_get_authorizer_list', this.componentToken, {
        ...{ component_appid: PLATFORM.appid, offset, count: 500 },
      });
      for (const { authorizer_appid: appid, refresh_token: token } of page.list) listed.set(appid, token || null);
      if (page.list.length === 0) return listed;
    }
  }

  private async renewComponentToken(): Promise<void> {
    const { token } = await this.world.processes[0].module.get(ComponentTokens).get(PLATFORM.id);
    this.componentToken = token.reveal();
  }

  private check(played: Played | null, holds: boolean, what: string): void {
    this.assertions++;
    if (!holds) this.failures.push(`${what} — ${played === null ? 'all' : nameOf(played.orderCase)}`);
  }
}
