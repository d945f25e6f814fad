import { Clock, newId } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { MerchantService } from '../merchants/merchant.service';
import { keyAfter, pageOf, type Page, type PageRequest } from '../page';
import { type Principal, type Reach } from '../role-policy';
import { MerchantPurgeRepository, type PurgeRow } from './merchant-purge.repository';
import { cancelVerdict, dueAt, isConfirmed } from './purge-policy';
import { PurgeConfig } from './purge.config';
import { purgeNotConfirmed, purgeNotFound, purgeOpen, purgeRefused } from './purge.errors';

/** Orders to remove a merchant, and their receipts. A worker carries them out. */
@Injectable()
export class MerchantPurges {
  constructor(
    private readonly purges: MerchantPurgeRepository,
    private readonly merchants: MerchantService,
    private readonly config: PurgeConfig,
    private readonly clock: Clock,
  ) {}

  /** @param confirm the merchant's name. Throws `merchant_not_found`, `purge_not_confirmed`, `purge_open`. */
  async schedule(principal: Principal, reach: Reach, merchantId: string, confirm: string): Promise<PurgeRow> {
    const { id, providerId, name } = await this.merchants.getInReach(reach, merchantId);
    if (!isConfirmed(name, confirm)) throw purgeNotConfirmed();
    const requestedAt = this.clock.now();
    const purge = {
      ...{ id: newId('pur'), providerId, merchantId: id, requestedBy: principal.userId, requestedAt },
      dueAt: dueAt(requestedAt, this.config.PURGE_DELAY_HOURS),
    };
    if (!(await this.purges.insert(purge))) throw purgeOpen();
    return this.get(reach, purge.id);
  }

  /** The newest one of the merchant. Throws `merchant_not_found`, `purge_not_found`, `purge_begun`. */
  async cancel(principal: Principal, reach: Reach, merchantId: string): Promise<PurgeRow> {
    const { id } = await this.getOfMerchant(reach, merchantId);
    await this.purges.cancel(id, principal.userId, this.clock.now());
    const after = await this.get(reach, id);
    const verdict = cancelVerdict(after);
    if (!verdict.allowed) throw purgeRefused(verdict.because);
    return after;
  }

  /** The newest one of a merchant, be it gone or not. Throws `merchant_not_found`, `purge_not_found`. */
  async getOfMerchant(reach: Reach, merchantId: string): Promise<PurgeRow> {
    const purge = await this.purges.findOfMerchant(reach, merchantId);
    if (!purge) await this.merchants.getInReach(reach, merchantId);
    return found(purge);
  }

  /** Throws `purge_begun` when something of the merchant may be missing already. */
  async assertWhole(merchantId: string): Promise<void> {
    if (!(await this.purges.isWhole(merchantId))) throw purgeRefused('purge_begun');
  }

  /** Throws `purge_not_found`. */
  async get(reach: Reach, id: string): Promise<PurgeRow> {
    return found(await this.purges.findInReach(reach, id));
  }

  /** Newest first. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<PurgeRow>> {
    const rows = await this.purges.listInReach(reach, keyAfter(request), request.limit + 1);
    return pageOf(rows, request.limit, ({ id }) => id);
  }
}

function found(purge: PurgeRow | null): PurgeRow {
  if (!purge) throw purgeNotFound();
  return purge;
}
