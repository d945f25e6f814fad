import { Injectable } from '@nestjs/common';
import { AccountReader } from '../accounts/account-reader';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { Adoption } from './adoption';
import { type Step } from './reconcile-policy';
import { RowRepair } from './row-repair';
import { type Outcome } from './run-progress';

/** Steps that need one INFO call each. */
@Injectable()
export class InfoSteps {
  constructor(
    private readonly info: AuthorizerInfo,
    private readonly adoption: Adoption,
    private readonly reader: AccountReader,
    private readonly repair: RowRepair,
  ) {}

  async adopt(platformId: string, { appid, listed }: Step): Promise<Outcome> {
    const info = await this.info.find(platformId, appid);
    if (info === null) return 'ended';
    if (info.profile.kind !== 'official_account') return 'not_kept';
    return (await this.adoption.adopt(platformId, listed, info)) ? 'done' : 'left_alone';
  }

  /** INFO decides what becomes of the account. An account that changed since it was seen is not even asked for. */
  async ask({ seen }: Step): Promise<Outcome> {
    if (!seen || !(await this.repair.isUnchanged(seen))) return 'left_alone';
    const after = await this.reader.reread(seen.id);
    return after?.state === 'revoked' && seen.state !== 'revoked' ? 'ended' : 'kept';
  }

  /** A restored account's sets were withdrawn with its cancellation; the token works whether INFO answers now or later. */
  async read({ seen }: Step): Promise<void> {
    if (seen) await this.reader.reread(seen.id);
  }
}
