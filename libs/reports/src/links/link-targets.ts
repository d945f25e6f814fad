import { AccountDirectory, PlatformService, type FetchableAccount } from '@app/credentials';
import { MerchantService, reachOfOwner, type Owner, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { ownerOf } from './report-link-policy';
import { linkOriginUnknown, linkOwnerMixed } from './report-link.errors';

/** Whose report is wanted; exactly one is given. Ids are public ones. */
export interface ReportScope {
  readonly merchant?: string | undefined;
  readonly accounts?: readonly string[] | undefined;
}

/** What a link will show, whose it will be, and what its address begins with. */
export interface LinkTarget {
  readonly owner: Owner;
  /** Row ids; null: all accounts of the owner, later ones included. */
  readonly accountIds: readonly number[] | null;
  readonly origin: string;
}

@Injectable()
export class LinkTargets {
  constructor(
    private readonly accounts: AccountDirectory,
    private readonly merchants: MerchantService,
    private readonly platforms: PlatformService,
  ) {}

  /**
   * Throws `scope_invalid`, `merchant_not_found`, `account_not_found` for what is out of reach, `link_accounts_mixed` for
   * accounts of several owners, `link_origin_unknown`.
   */
  async find(reach: Reach, scope: ReportScope): Promise<LinkTarget> {
    await this.accounts.ensureInReach(reach, scope);
    const { merchant: merchantId } = scope;
    if (merchantId === undefined) return this.ofAccounts(reach, await this.accounts.inScope(reach, scope));
    const { providerId } = await this.merchants.getInReach(reach, merchantId);
    const [account] = await this.accounts.firstInReach(reach, { merchantId }, 1);
    return { owner: { providerId, merchantId }, accountIds: null, origin: await this.origin(providerId, account) };
  }

  private async ofAccounts(reach: Reach, accounts: readonly FetchableAccount[]): Promise<LinkTarget> {
    const owner = ownerOf(accounts, reach);
    if (owner === null) throw linkOwnerMixed();
    return {
      owner,
      accountIds: accounts.map(({ id }) => id),
      origin: await this.origin(owner.providerId, accounts[0]),
    };
  }

  /** The public origin of the first account's platform; without accounts, of the provider's first. Every one leads here. */
  private async origin(providerId: string, account: FetchableAccount | undefined): Promise<string> {
    const reach = reachOfOwner({ providerId, merchantId: null });
    if (account) return (await this.platforms.get(reach, account.platformId)).publicOrigin;
    const [first] = (await this.platforms.list(reach, { limit: 1 })).items;
    if (!first) throw linkOriginUnknown();
    return first.publicOrigin;
  }
}
