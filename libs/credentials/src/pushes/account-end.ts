import { Injectable } from '@nestjs/common';
import { type PermissionSource } from '../accounts/account-permission-history.entity';
import { AccountRevocation } from '../accounts/account-revocation';
import { type AccountRow } from '../accounts/account.repository';
import { AccountTokens } from '../tokens/account-tokens';

/** Ends an authorization, and forgets the token held in this process with it. */
@Injectable()
export class AccountEnd {
  constructor(
    private readonly revocation: AccountRevocation,
    private readonly tokens: AccountTokens,
  ) {}

  /** False when a newer grant was stored meanwhile. */
  async revoke(seen: AccountRow, eventTime: Date, source: PermissionSource): Promise<boolean> {
    const revoked = await this.revocation.revoke(seen, eventTime, source);
    if (revoked) this.tokens.forget(seen.platformId, seen.appid);
    return revoked;
  }
}
