import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Transactions } from '@app/platform';
import { type QueryAuthAnswer } from '@app/wechat';
import { AuthorizationCodeRepository } from '../authorizations/authorization-code.repository';
import { AccountTokens } from '../tokens/account-tokens';
import { accountTokenKey, refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';

interface TestAccountAt {
  readonly platformId: string;
  readonly appid: string;
}

/** Tokens of WeChat's test accounts. They get credentials but no account row: there is nothing to own, list or fetch. */
@Injectable()
export class ReleaseCheckStore {
  constructor(
    private readonly credentials: CredentialRepository,
    private readonly codes: AuthorizationCodeRepository,
    private readonly tokens: AccountTokens,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** What a code gave, with the code's end, all or nothing. */
  async keep(codeId: number, at: TestAccountAt, { accountToken, refreshToken }: QueryAuthAnswer): Promise<void> {
    const now = this.clock.now();
    await this.transactions.run(async (manager) => {
      const issued = accountToken && {
        token: accountToken.token,
        expiresAt: new Date(now.getTime() + accountToken.expiresInSeconds * 1_000),
      };
      await this.credentials.put(manager, accountTokenKey(at), issued, now);
      if (refreshToken) {
        await this.credentials.put(manager, refreshTokenKey(at), { token: refreshToken, expiresAt: null }, now);
      }
      await this.codes.finish(manager, codeId, { state: 'done', accountId: null, errcode: null });
    });
    this.tokens.forget(at.platformId, at.appid);
  }

  async erase({ platformId, appid }: TestAccountAt): Promise<void> {
    await this.transactions.run((manager) => this.credentials.delete(manager, platformId, appid));
    this.tokens.forget(platformId, appid);
  }
}
