import { Injectable } from '@nestjs/common';
import { MerchantService, type Reach } from '@app/tenants';
import { AccountDirectory, type AccountView } from './account-directory';
import { accountOwned, merchantOfOtherProvider } from './account.errors';
import { AccountRepository } from './account.repository';

/** Gives an account that authorized without an invite to a merchant. */
@Injectable()
export class AccountAssignment {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly merchants: MerchantService,
    private readonly accounts: AccountRepository,
  ) {}

  /**
   * An account keeps its first owner; naming that owner again changes nothing. Throws `account_not_found`,
   * `merchant_not_found`, `merchant_of_other_provider`, `account_owned`.
   */
  async assign(reach: Reach, publicId: string, merchantId: string): Promise<AccountView> {
    const account = await this.directory.getInReach(reach, publicId);
    const merchant = await this.merchants.getInReach(reach, merchantId);
    if (merchant.providerId !== account.providerId) throw merchantOfOtherProvider();
    if (!(await this.accounts.assign(account.id, merchant.id))) throw accountOwned();
    return this.directory.getInReach(reach, publicId);
  }
}
