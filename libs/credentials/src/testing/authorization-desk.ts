import { FakeClock, Secret } from '@app/kernel';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { AccountRepository, type AccountRow } from '../accounts/account.repository';
import { type ConnectOutcome } from '../invites/connect-outcomes';
import { ConnectService } from '../invites/connect.service';
import { InviteService } from '../invites/invite.service';
import { PushInbox } from '../pushes/push-inbox';
import { AccountTokens } from '../tokens/account-tokens';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { FakeWechat } from './fake-wechat';
import { AT, PLATFORM, seed, startProcess, type Process } from './harness';
import { push } from './pushes';

const REACH = { host: false, providerIds: ['prv_1'], merchantIds: [] };

/** Two processes on one database before a WeChat that answers as told: what tests of authorizations stand on. */
export class AuthorizationDesk {
  private constructor(
    readonly database: TestDatabase,
    readonly wechat: FakeWechat,
    readonly clock: FakeClock,
    readonly one: Process,
    readonly two: Process,
  ) {}

  static async open(): Promise<AuthorizationDesk> {
    const [database, wechat, clock] = [await openTestDatabase(), await FakeWechat.start(), new FakeClock()];
    const start = (): Promise<Process> => startProcess(database.url, wechat.origin, clock);
    return new AuthorizationDesk(database, wechat, clock, await start(), await start());
  }

  async close(): Promise<void> {
    await Promise.all([this.one.close(), this.two.close()]);
    await this.wechat.close();
    await this.database.drop();
  }

  /** As new, an hour later. */
  async reset(): Promise<void> {
    this.wechat.reset();
    this.clock.advance(3_600_000);
    await seed(this.database.dataSource, this.clock.now());
    for (const { module, jobs } of [this.one, this.two]) {
      module.get(AccountTokens).forget(AT.platformId, AT.appid);
      jobs.jobs.length = 0;
    }
  }

  at(seconds: number): Date {
    return new Date(this.clock.now().getTime() + seconds * 1_000);
  }

  receive(xml: string, appid: string = PLATFORM.appid): Promise<void> {
    const { query, body } = push(xml, { platform: appid });
    return this.one.module.get(PushInbox).receive(appid, query, body);
  }

  /** Works off every push; the outcome of the newest. */
  async work(): Promise<string | null> {
    const rows = await this.sql<{ id: number }>('SELECT id FROM push_event ORDER BY id');
    for (const { id } of rows) await this.one.module.get(PushInbox).process(id);
    const [last] = await this.sql<{ outcome: string | null }>(
      'SELECT outcome FROM push_event ORDER BY id DESC LIMIT 1',
    );
    return last?.outcome ?? null;
  }

  async told(xml: string): Promise<string | null> {
    await this.receive(xml);
    return this.work();
  }

  sql<T>(text: string, values: unknown[] = []): Promise<T[]> {
    return this.one.dataSource.query<T[]>(text, values);
  }

  account(platformId: string = AT.platformId): Promise<AccountRow | null> {
    return this.one.module.get(AccountRepository).find(platformId, AT.appid);
  }

  /** What is stored of an account's tokens. */
  async tokens(platformId: string = AT.platformId): Promise<{ access: string | null; refresh: string | null }> {
    const credentials = this.one.module.get(CredentialRepository);
    const at = { platformId, appid: AT.appid };
    const access = await credentials.find(accountTokenKey(at));
    const refresh = await credentials.find(refreshTokenKey(at));
    return { access: access?.token?.reveal() ?? null, refresh: refresh?.token?.reveal() ?? null };
  }

  /** The token part of a new invite's link. */
  async invite(merchantId = 'mer_1'): Promise<string> {
    const invites = this.one.module.get(InviteService);
    const { url } = await invites.create(REACH, { merchantId, platformId: PLATFORM.id, createdBy: 'usr_1' });
    return url.split('/').at(-1) ?? '';
  }

  /** Follows an invite's link; the pre-auth code of WeChat's page. */
  async click(token: string): Promise<string> {
    const url = new URL(await this.one.module.get(ConnectService).click(token, 'desktop'));
    return url.searchParams.get('pre_auth_code') ?? '';
  }

  callback(token: string, code: string, process: Process = this.one): Promise<ConnectOutcome> {
    return process.module.get(ConnectService).callback(token, new Secret(code));
  }
}
