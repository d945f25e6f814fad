import { AppError, Clock, FakeClock, KeyRing, Secret, SecretBox } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Global, Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { type Client } from '../client';
import { LoginService, type LoggedIn } from '../logins/login.service';
import { type Witness } from '../passwords/password-links';
import { SecondFactorModule } from '../second-factors/second-factor.module';
import { tenantEntities } from '../tenants.entities';

import { type NewUser, UserService, type UserView } from '../users/user.service';

@Global()
@Module({})
class Surroundings {}

export const PASSWORD = 'correct horse battery';

/** Everything of people on a database of its own, at a time of its own. */
export class PeopleWorld {
  readonly clock = new FakeClock();
  private made = 0;

  private constructor(
    readonly database: TestDatabase,
    private readonly module: TestingModule,
  ) {}

  static async open(): Promise<PeopleWorld> {
    const database = await openTestDatabase(tenantEntities);
    const clock = new FakeClock();
    const providers = [
      { provide: DataSource, useValue: database.dataSource },
      { provide: Transactions, useValue: new Transactions(database.dataSource) },
      { provide: Clock, useValue: clock },
      { provide: SecretBox, useValue: new SecretBox(new KeyRing([['k1', Buffer.alloc(32, 7)]])) },
    ];
    const surroundings = { module: Surroundings, global: true, providers, exports: providers };
    const module = await Test.createTestingModule({ imports: [surroundings, SecondFactorModule] }).compile();
    await module.init();
    return Object.assign(new PeopleWorld(database, module), { clock });
  }

  get<T>(service: Type<T>): T {
    return this.module.get(service, { strict: false });
  }

  sql<T extends object>(sql: string, params: unknown[] = []): Promise<T[]> {
    return this.database.dataSource.query<T[]>(sql, params);
  }

  /** A host: nothing of a tenant is needed to make one. */
  makeHost(): Promise<UserView> {
    return this.get(UserService).createHost({ email: `u${++this.made}@x.cn`, name: 'U', password: PASSWORD });
  }

  makeUser(memberships: NewUser['memberships']): Promise<UserView> {
    const everything = { host: true, providerIds: [], merchantIds: [] };
    const person = { email: `u${++this.made}@x.cn`, name: 'U', password: PASSWORD };
    return this.get(UserService).create(everything, { ...person, memberships });
  }

  /** A login that one step is enough for. */
  async login(email: string, password: string, from: Client = client()): Promise<LoggedIn> {
    const result = await this.get(LoginService).login(email, password, from);
    if (!result.isIn) throw new Error('a code is asked for');
    return result.opened;
  }

  async close(): Promise<void> {
    await this.module.close();
    await this.database.drop();
  }
}

export function client(more: { address?: string; device?: Secret; session?: Secret } = {}): Client {
  return { address: '203.0.113.7', agent: 'Firefox', device: null, session: null, ...more };
}

/** For who uses a password link without a log. */
export const unwatched: Witness = (_person, set) => set();

/** The code of what was thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'nothing thrown',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}
