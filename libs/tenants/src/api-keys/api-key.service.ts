import { Clock, newId, newToken, Secret } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { MerchantService } from '../merchants/merchant.service';
import { keyAfter, pageOf, type Page, type PageRequest } from '../page';
import { providerNotFound } from '../providers/provider.errors';
import { type Action, type Owner, type Principal, type Reach } from '../role-policy';
import { digestOf } from '../secret-digest';
import { bearerVerdict, isKeyScope, keyPrincipal, keyVerdict, prefixOf, type KeyScope } from './api-key-policy';
import { apiKeyNotFound, keyOwnerInvalid, keyRefused } from './api-key.errors';
import { ApiKeyRepository, type BearerRow, type ListedRow } from './api-key.repository';

export interface NewApiKey {
  readonly name: string;
  /** As `ownerOf` told it. */
  readonly owner: Owner;
  readonly scopes: readonly KeyScope[];
  /** Row ids of accounts that are the owner's; null: all of them, later ones included. */
  readonly accountIds: readonly number[] | null;
  readonly expiresAt: Date | null;
}

/** A key as people see it. */
export interface ApiKeyView {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly providerId: string;
  readonly merchantId: string | null;
  /** Public ids of the accounts it is bound to; null: it is bound to none. */
  readonly accounts: readonly string[] | null;
  readonly scopes: readonly Action[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const PREFIX_CHARS = 12;

/** Keys for machines: made once, shown once, hashed, revoked at once. */
@Injectable()
export class ApiKeyService {
  private readonly logger = new Logger(ApiKeyService.name);

  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly merchants: MerchantService,
    private readonly clock: Clock,
  ) {}

  /**
   * Who will own a key; at most one of the two is named, and who belongs to one tenant alone need not name it.
   * Throws `key_owner_invalid`, `provider_not_found`, `merchant_not_found`.
   */
  async ownerOf(reach: Reach, providerId: string | undefined, merchantId: string | undefined): Promise<Owner> {
    const named = [providerId, merchantId].some((id) => id !== undefined);
    const tenants = [...new Set([...reach.providerIds, ...reach.merchantIds])];
    if ((providerId !== undefined && merchantId !== undefined) || (!named && tenants.length !== 1))
      throw keyOwnerInvalid();
    const merchant = named ? merchantId : reach.merchantIds[0];
    if (merchant !== undefined) return this.merchantOwner(reach, merchant);
    const provider = named ? providerId : reach.providerIds[0];
    if (provider === undefined || !reach.providerIds.includes(provider)) throw providerNotFound();
    return { providerId: provider, merchantId: null };
  }

  private async merchantOwner(reach: Reach, merchantId: string): Promise<Owner> {
    const { providerId } = await this.merchants.getInReach(reach, merchantId);
    return { providerId, merchantId };
  }

  /** The key itself is told here and never again. Throws `scope_not_grantable`, `expiry_invalid`, `too_many_keys`. */
  async create(maker: Principal, reach: Reach, wanted: NewApiKey): Promise<{ key: Secret; view: ApiKeyView }> {
    const now = this.clock.now();
    const { owner, scopes, expiresAt, accountIds } = wanted;
    const live = await this.keys.countLive(owner.providerId, owner.merchantId, now);
    const verdict = keyVerdict(maker, { ...owner, scopes, expiresAt, isOfAccounts: accountIds !== null, live }, now);
    if (!verdict.allowed) throw keyRefused(verdict);
    const id = newId('key');
    const prefix = id.slice(-PREFIX_CHARS);
    const key = new Secret(`wpg_${prefix}_${newToken()}`);
    const given = { name: wanted.name, scopes: [...new Set(scopes)].join(' '), onlyAccounts: accountIds ? 1 : 0 };
    const times = { createdAt: now, expiresAt, lastUsedAt: null, revokedAt: null };
    const row = { id, prefix, secretHash: digestOf(key), createdBy: maker.userId, ...owner, ...given, ...times };
    await this.keys.insert(row, accountIds ?? []);
    return { key, view: await this.get(reach, id) };
  }

  /** In the order of making, revoked ones included. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<ApiKeyView>> {
    const rows = await this.keys.listInReach(reach, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: page.items.map(viewOf) };
  }

  /** Throws `api_key_not_found`. */
  async get(reach: Reach, id: string): Promise<ApiKeyView> {
    const row = await this.keys.findInReach(reach, id);
    if (!row) throw apiKeyNotFound();
    return viewOf(row);
  }

  /** From the next request on it is worth nothing. Throws `api_key_not_found`. */
  async revoke(reach: Reach, id: string): Promise<void> {
    await this.get(reach, id);
    await this.keys.revoke(id, this.clock.now());
  }

  /** Null for what is no key, for an unknown one, and for one that is expired or revoked. */
  async findPrincipal(key: Secret): Promise<Principal | null> {
    const prefix = prefixOf(key.reveal());
    const row = prefix === null ? null : await this.keys.findByPrefix(prefix);
    return row && timingSafeEqual(row.secretHash, digestOf(key)) ? this.principalOf(row) : null;
  }

  /** For who proved another way to hold the key; null as in `findPrincipal`. */
  async findPrincipalById(id: string): Promise<Principal | null> {
    const row = await this.keys.findById(id);
    return row && this.principalOf(row);
  }

  private principalOf(row: BearerRow): Principal | null {
    const now = this.clock.now();
    if (!bearerVerdict(row, now).open) return null;
    this.keys.noteUse(row, now).catch((err: unknown) => {
      this.logger.warn({ msg: 'use of a key not noted', keyId: row.id, err });
    });
    const { providerId, merchantId } = row;
    const accountIds = row.onlyAccounts === 0 ? null : row.accountIds;
    return keyPrincipal(row.id, row.name, { scopes: actionsOf(row.scopes), providerId, merchantId, accountIds });
  }
}

function viewOf({ accounts, onlyAccounts, scopes, ...row }: ListedRow): ApiKeyView {
  return { ...row, scopes: actionsOf(scopes), accounts: onlyAccounts === 0 ? null : accounts };
}

/** What is no scope any more is none. */
function actionsOf(scopes: string): KeyScope[] {
  return scopes.split(' ').filter(isKeyScope);
}
