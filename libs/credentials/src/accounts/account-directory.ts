import { type Queries } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { AppError } from '@app/kernel';
import {
  numberAfter,
  MerchantService,
  pageOf,
  providerNotFound,
  type Page,
  type PageRequest,
  type Reach,
} from '@app/tenants';
import { platformNotFound } from '../platforms/platform.errors';
import { PlatformRepository } from '../platforms/platform.repository';
import { AccountDirectoryRepository, type AccountFilter, type DirectoryRow } from './account-directory.repository';
import { type AccountState } from './account.entity';
import { accountNotFound } from './account.errors';
import { gateVerdict, type GatedAccount, type GateVerdict } from './gate-policy';

/** What a call for an account needs to know of it. */
export interface FetchableAccount {
  readonly id: number;
  readonly publicId: string;
  readonly appid: string;
  readonly platformId: string;
  readonly componentAppid: string;
  readonly merchantId: string | null;
  readonly providerId: string;
  readonly nickName: string;
  readonly gate: GatedAccount;
  /** First day with data, and the last day up to which all is stored; null until known. */
  readonly dataFrom: string | null;
  readonly completeTo: string | null;
}

/** An account as people see it. */
export interface AccountView extends FetchableAccount {
  readonly state: AccountState;
  readonly kind: string;
  /** Null until INFO was read. */
  readonly verified: boolean | null;
  readonly verdict: GateVerdict;
  readonly authorizedAt: Date;
  readonly revokedAt: Date | null;
}

/** Which accounts a fetch is for; exactly one member is given. Ids are public ones. */
export interface AccountScope {
  readonly provider?: string | undefined;
  readonly merchant?: string | undefined;
  readonly platform?: string | undefined;
  readonly accounts?: readonly string[] | undefined;
}

@Injectable()
export class AccountDirectory {
  constructor(
    private readonly accounts: AccountDirectoryRepository,
    private readonly merchants: MerchantService,
    private readonly platforms: PlatformRepository,
  ) {}

  /** Account id → what a call needs; ids that do not exist are left out. One statement. */
  async fetchable(accountIds: readonly number[], db?: Queries): Promise<Map<number, FetchableAccount>> {
    const rows = await this.accounts.findByIds(accountIds, db);
    return new Map(rows.map((row) => [row.id, fetchable(row)]));
  }

  /** All accounts of the scope, the oldest first. Throws what `idsInReach` throws. */
  async inScope(reach: Reach, scope: AccountScope): Promise<FetchableAccount[]> {
    const accounts = await this.fetchable(await this.idsInReach(reach, scope));
    return [...accounts.values()].sort((a, b) => a.id - b.id);
  }

  /** In the order they came. Throws `cursor_invalid`. */
  async findInReach(reach: Reach, filter: AccountFilter, request: PageRequest): Promise<Page<AccountView>> {
    const rows = await this.accounts.findInReach(reach, filter, numberAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => String(id));
    return { ...page, items: page.items.map(view) };
  }

  /** The first accounts that the filter leaves, the oldest first. */
  async firstInReach(reach: Reach, filter: AccountFilter, count: number): Promise<FetchableAccount[]> {
    const rows = await this.accounts.findInReach(reach, filter, 0, count);
    return rows.map(fetchable);
  }

  /** Throws `account_not_found`, the same for a foreign id and for one that never existed. */
  async getInReach(reach: Reach, publicId: string): Promise<AccountView> {
    const [row] = await this.accounts.findInReach(reach, { publicIds: [publicId] }, 0, 1);
    if (!row) throw accountNotFound();
    return view(row);
  }

  /**
   * Ids of all accounts of the scope. Throws `provider_not_found`, `merchant_not_found`, `platform_not_found` or
   * `account_not_found` when any part of it lies outside the reach, `scope_invalid` unless exactly one part is given.
   */
  async idsInReach(reach: Reach, scope: AccountScope): Promise<number[]> {
    await this.ensureInReach(reach, scope);
    if (scope.provider !== undefined) return this.accounts.idsInReach(reach, 'p.provider_id', [scope.provider]);
    if (scope.merchant !== undefined) return this.accounts.idsInReach(reach, 'a.merchant_id', [scope.merchant]);
    if (scope.platform !== undefined) return this.accounts.idsInReach(reach, 'a.platform_id', [scope.platform]);
    return this.accounts.idsInReach(reach, 'a.public_id', scope.accounts ?? []);
  }

  /** Throws what `idsInReach` throws, without reading whom the scope holds. */
  async ensureInReach(reach: Reach, scope: AccountScope): Promise<void> {
    const given = Object.values(scope).filter((part) => part !== undefined);
    if (given.length !== 1) throw scopeInvalid();
    if (scope.provider !== undefined && !reach.providerIds.includes(scope.provider)) throw providerNotFound();
    if (scope.merchant !== undefined) await this.merchants.getInReach(reach, scope.merchant);
    if (scope.platform !== undefined && !(await this.platforms.findInReach(reach, scope.platform)))
      throw platformNotFound();
    if (scope.accounts !== undefined) {
      const publicIds = [...new Set(scope.accounts)];
      const ids = await this.accounts.idsInReach(reach, 'a.public_id', publicIds);
      if (ids.length !== publicIds.length) throw accountNotFound();
    }
  }
}

function fetchable(row: DirectoryRow): FetchableAccount {
  const { id, publicId, appid, platformId, componentAppid, merchantId, providerId, nickName, dataFrom, completeTo } =
    row;
  const { state, incompleteBecause, kind, verifyType, accountStatus } = row;
  const setIds = row.sets === null ? [] : row.sets.split(',').map(Number);
  const gate = {
    state,
    incompleteBecause,
    kind,
    verifyType,
    accountStatus,
    setIds,
    isCancelReported: row.isCancelReported === 1,
  };
  return {
    id,
    publicId,
    appid,
    platformId,
    componentAppid,
    merchantId,
    providerId,
    nickName,
    gate,
    dataFrom,
    completeTo,
  };
}

function view(row: DirectoryRow): AccountView {
  const account = fetchable(row);
  const { state, kind, verifyType, authorizedAt, revokedAt } = row;
  return {
    ...account,
    state,
    kind,
    verified: verifyType === null ? null : verifyType >= 0,
    verdict: gateVerdict(account.gate),
    authorizedAt,
    revokedAt,
  };
}

export function scopeInvalid(): AppError {
  return new AppError('invalid', 'scope_invalid', {
    message: {
      en: 'scope must name exactly one of provider, merchant, platform and accounts.',
      zh: 'scope 必须且只能包含 provider、merchant、platform、accounts 之一。',
    },
  });
}
