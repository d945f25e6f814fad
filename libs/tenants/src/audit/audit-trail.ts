import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Principal, type Reach } from '../role-policy';
import { AuditEventRepository, type NewAuditEvent } from './audit-event.repository';
import { type AuditOutcome } from './audit-event.entity';
import { AuditOwnerRepository, isWithin } from './audit-owner.repository';
import { INSTALLATION } from './audit-policy';

/** Something that is about to be done. */
export interface Act {
  readonly requestId: string;
  /** Null: nobody who is known. */
  readonly principal: Principal | null;
  /** Where they may do it; null: they may not. */
  readonly reach: Reach | null;
  readonly action: string;
  /** Method and template. */
  readonly route: string;
  /** Ids that the request names, the one in its path first. */
  readonly ids: readonly string[];
  /** The client's, through trusted proxies only. */
  readonly address: string;
}

export interface ActEnding {
  readonly outcome: AuditOutcome;
  /** Why it was refused, or failed. */
  readonly code: string | null;
  /** What it made. */
  readonly madeId?: string | null;
}

interface Tenant {
  readonly chain: string;
  readonly merchantId: string | null;
}

const IDS_LENGTH = 700;

/** Writes down who does what: that it begins before it is done, and how it ended before that is told. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly events: AuditEventRepository,
    private readonly owners: AuditOwnerRepository,
    private readonly clock: Clock,
  ) {}

  /** Returns the id to end it with. What cannot be written down is not done: throws what the database throws. */
  async begin(act: Act): Promise<number> {
    return this.events.insert(await this.eventOf(act, null));
  }

  end(id: number, { outcome, code, madeId = null }: ActEnding): Promise<void> {
    return this.events.end(id, outcome, code, madeId);
  }

  /** Something that is over already. */
  async note(act: Act, ending: ActEnding): Promise<void> {
    await this.events.insert(await this.eventOf(act, ending));
  }

  private async eventOf(act: Act, ending: ActEnding | null): Promise<NewAuditEvent> {
    const { principal, ids } = act;
    const { chain, merchantId } = await this.tenantOf(act);
    return {
      ...{ requestId: act.requestId, chain, merchantId, at: this.clock.now(), action: act.action, route: act.route },
      ...actorOf(principal),
      ...{ targetId: ids[0] ?? ending?.madeId ?? null, targetIds: joined(ids), address: act.address },
      ...{ outcome: ending?.outcome ?? null, code: ending?.code ?? null },
    };
  }

  /** Whose log it belongs to: whom the first id in reach belongs to, else who acts. */
  private async tenantOf({ principal, reach, ids }: Act): Promise<Tenant> {
    if (reach !== null) {
      for (const id of ids) {
        const owner = await this.owners.find(id);
        if (owner && isWithin(reach, owner)) return { chain: owner.providerId, merchantId: owner.merchantId };
      }
    }
    return principal ? this.ownTenant(principal) : { chain: INSTALLATION, merchantId: null };
  }

  private async ownTenant({ key, memberships }: Principal): Promise<Tenant> {
    if (key) return { chain: key.providerId, merchantId: key.merchantId };
    const provider = memberships.find(({ providerId }) => providerId !== null)?.providerId;
    if (provider) return { chain: provider, merchantId: null };
    const merchantId = memberships.find((one) => one.merchantId !== null)?.merchantId ?? null;
    const owner = merchantId === null ? null : await this.owners.find(merchantId);
    return { chain: owner?.providerId ?? INSTALLATION, merchantId };
  }
}

function actorOf(
  principal: Principal | null,
): Pick<NewAuditEvent, 'actorKind' | 'actorId' | 'actorName' | 'actorMerchantId'> {
  if (!principal) return { actorKind: 'nobody', actorId: null, actorName: null, actorMerchantId: null };
  const { key, userId, name, email, memberships } = principal;
  const actor = { actorId: userId, actorName: key ? name : email };
  if (key) return { ...actor, actorKind: 'key', actorMerchantId: key.merchantId };
  if (memberships.some(({ role }) => role === 'host')) return { ...actor, actorKind: 'host', actorMerchantId: null };
  const isMerchants = memberships.every(({ merchantId }) => merchantId !== null);
  return { ...actor, actorKind: 'user', actorMerchantId: isMerchants ? (memberships[0]?.merchantId ?? null) : null };
}

/** As many as fit. */
function joined(ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  const text = ids.join(' ');
  return text.length <= IDS_LENGTH ? text : text.slice(0, text.lastIndexOf(' ', IDS_LENGTH));
}
