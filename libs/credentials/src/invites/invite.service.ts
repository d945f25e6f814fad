import { Injectable } from '@nestjs/common';
import { Clock, newId, newToken } from '@app/kernel';
import {
  keyAfter,
  MerchantService,
  pageOf,
  type Merchant,
  type Page,
  type PageRequest,
  type Reach,
} from '@app/tenants';
import { type PlatformRow } from '../platforms/platform.entity';
import { platformNotFound } from '../platforms/platform.errors';
import { PlatformRepository } from '../platforms/platform.repository';
import { INVITE_DAYS_DEFAULT, inviteState, type InviteState } from './invite-policy';
import { platformRequired } from './invite.errors';
import { InviteRepository, type InviteDetail } from './invite.repository';

const DAY_MS = 86_400_000;

export interface NewInvite {
  readonly merchantId: string;
  /** May be left out when the merchant's provider has exactly one. */
  readonly platformId?: string | undefined;
  readonly expiresInDays?: number | undefined;
  readonly createdBy: string;
}

/** The link is shown once: only its token's hash is stored. */
export interface CreatedInvite {
  readonly id: string;
  readonly url: string;
  readonly platformId: string;
  readonly expiresAt: Date;
}

export type InviteView = InviteDetail & { readonly state: InviteState };

/** Invites as a provider's staff make and see them. */
@Injectable()
export class InviteService {
  constructor(
    private readonly merchants: MerchantService,
    private readonly platforms: PlatformRepository,
    private readonly invites: InviteRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `merchant_not_found`, `platform_not_found`, `platform_required`. */
  async create(reach: Reach, input: NewInvite): Promise<CreatedInvite> {
    const merchant = await this.merchants.getInReach(reach, input.merchantId);
    const platform = await this.platformFor(merchant, input.platformId);
    const now = this.clock.now();
    const token = newToken();
    const invite = {
      id: newId('inv'),
      platformId: platform.id,
      merchantId: merchant.id,
      createdBy: input.createdBy,
      createdAt: now,
      expiresAt: new Date(now.getTime() + (input.expiresInDays ?? INVITE_DAYS_DEFAULT) * DAY_MS),
      usedAt: null,
      accountId: null,
      campaignId: null,
      boundAccountId: null,
    };
    await this.invites.insert(invite, token);
    const url = `${platform.publicOrigin}/connect/${token}`;
    return { id: invite.id, url, platformId: platform.id, expiresAt: invite.expiresAt };
  }

  /** In the order of making, without links. Throws `merchant_not_found`, `cursor_invalid`. */
  async list(reach: Reach, merchantId: string, request: PageRequest): Promise<Page<InviteView>> {
    const merchant = await this.merchants.getInReach(reach, merchantId);
    const rows = await this.invites.listOfMerchant(merchant.id, keyAfter(request) ?? '', request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    const now = this.clock.now();
    return { ...page, items: page.items.map((invite) => ({ ...invite, state: inviteState(invite, now) })) };
  }

  /** A merchant and the platform it is invited to belong to one provider. */
  private async platformFor(merchant: Merchant, platformId: string | undefined): Promise<PlatformRow> {
    const candidates = await this.platforms.listOfProvider(merchant.providerId);
    if (platformId !== undefined) {
      const named = candidates.find(({ id }) => id === platformId);
      if (!named) throw platformNotFound();
      return named;
    }
    const [only, ...others] = candidates;
    if (!only || others.length > 0) throw platformRequired();
    return only;
  }
}
