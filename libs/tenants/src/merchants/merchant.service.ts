import { Injectable } from '@nestjs/common';
import { AppError, Clock, newId } from '@app/kernel';
import { keyAfter, pageOf, type Page, type PageRequest } from '../page';
import { type Reach } from '../role-policy';
import { providerNotFound } from '../providers/provider.errors';
import { type Merchant } from './merchant.entity';
import { merchantNotFound } from './merchant.errors';
import { MerchantRepository } from './merchant.repository';

/** Merchants as seen from somebody's reach: what lies outside it does not exist. */
@Injectable()
export class MerchantService {
  constructor(
    private readonly merchants: MerchantRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * `providerId` may be left out when the reach has exactly one.
   * Throws `provider_required`, `provider_not_found`.
   */
  async create(
    reach: Reach,
    input: { readonly name: string; readonly providerId?: string | undefined },
  ): Promise<Merchant> {
    const providerId = input.providerId ?? onlyProvider(reach);
    if (!reach.providerIds.includes(providerId)) throw providerNotFound();
    const merchant = { id: newId('mer'), providerId, name: input.name, createdAt: this.clock.now() };
    await this.merchants.insert(merchant);
    return merchant;
  }

  /** In the order of making. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<Merchant>> {
    const rows = await this.merchants.listInReach(reach, keyAfter(request), request.limit + 1);
    return pageOf(rows, request.limit, ({ id }) => id);
  }

  /** Throws `merchant_not_found`, the same for a foreign id and for one that never existed. */
  async getInReach(reach: Reach, id: string): Promise<Merchant> {
    const merchant = await this.merchants.findInReach(reach, id);
    if (!merchant) throw merchantNotFound();
    return merchant;
  }
}

function onlyProvider(reach: Reach): string {
  const [only, ...others] = new Set(reach.providerIds);
  if (only !== undefined && others.length === 0) return only;
  throw new AppError('invalid', 'provider_required', {
    message: { en: 'Name the provider: you belong to several.', zh: '您属于多个服务商，请指明 provider。' },
  });
}
