import { Injectable } from '@nestjs/common';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { refreshTokenKey } from '../tokens/credential-keys';
import { CredentialRepository } from '../tokens/credential.repository';
import { AccountInfoWriter } from './account-info-writer';
import { AccountRevocation } from './account-revocation';
import { AccountRepository, type AccountRow } from './account.repository';

/** Asks INFO about one account and writes the answer down. */
@Injectable()
export class AccountInfoRead {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly credentials: CredentialRepository,
    private readonly info: AuthorizerInfo,
    private readonly writer: AccountInfoWriter,
    private readonly revocation: AccountRevocation,
  ) {}

  /**
   * An authorization WeChat does not know any more is ended here. Throws what the call throws.
   * @param triesAgain whether a refused refresh token that INFO names is to be sent once more
   */
  async read(accountId: number, triesAgain = false): Promise<AccountRow | null> {
    const seen = await this.accounts.findById(accountId);
    if (!seen) return null;
    const refresh = await this.credentials.find(refreshTokenKey(seen));
    const info = await this.info.find(seen.platformId, seen.appid);
    if (info) await this.writer.write(seen, info, { seenVersion: refresh?.version ?? null, triesAgain });
    else if (seen.state !== 'revoked') await this.revocation.revoke(seen, null, 'info');
    return this.accounts.findById(accountId);
  }
}
