import { Injectable } from '@nestjs/common';
import { AccountReader } from '../accounts/account-reader';
import { AuthorizerInfo } from '../tokens/authorizer-info';
import { Adoption } from './adoption';
import { OtherKinds } from './other-kinds';
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
    private readonly otherKinds: OtherKinds,
  ) {}

  /** Listed accounts that INFO need not be asked for. */
  readOtherKinds(platformId: string): Promise<ReadonlySet<string>> {
    return this.otherKinds.read(platformId);
  }

  /** Accounts whose merchant left. */
  readDeparted(platformId: string, appids: readonly string[]): Promise<ReadonlySet<string>> {
    return this.adoption.departed(platformId, appids);
  }

  async adopt(platformId: string, { appid, listed }: Step): Promise<Outcome> {
    const info = await this.info.find(platformId, appid);
    if (info === null) return 'ended';
    const { kind } = info.profile;
    if (kind !== 'official_account') {
      await this.otherKinds.remember(platformId, appid, kind);
      return 'not_kept';
    }
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
