import { Injectable } from '@nestjs/common';
import { Transactions } from '@app/platform';
import { isReleaseCheckAccount } from '@app/wechat';
import { AuthorizationStore } from '../authorizations/authorization-store';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { AccountReader } from './account-reader';

/** Takes in an account that authorized without our hearing of it. It belongs to no merchant until somebody assigns it. */
@Injectable()
export class AccountAdoption {
  constructor(
    private readonly info: AuthorizerInfo,
    private readonly store: AuthorizationStore,
    private readonly reader: AccountReader,
    private readonly transactions: Transactions,
  ) {}

  /** False when it is no Official Account or one of WeChat's own for tests, or WeChat knows no authorization. */
  async adopt(platformId: string, appid: string, authorizedAt: Date): Promise<boolean> {
    if (isReleaseCheckAccount(appid)) return false;
    const info = await this.info.find(platformId, appid);
    if (info?.profile.kind !== 'official_account') return false;
    const { refreshToken, permissionSets } = info;
    const accountId = await this.transactions.run((manager) =>
      this.store.store(manager, {
        platformId,
        appid,
        accountToken: null,
        refreshToken,
        permissionSets,
        source: 'info',
        eventTime: authorizedAt,
      }),
    );
    await this.reader.reread(accountId);
    return true;
  }
}
