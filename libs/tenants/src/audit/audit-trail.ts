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

/** Whose log an act belongs to, and by which of its ids. */
interface Filed {
  readonly chain: string;
  readonly merchantId: string | null;
  readonly targetId: string | null;
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

  /** Returns the ids to end it with. What cannot be written down is not done: throws what the database throws. */
  begin(act: Act): Promise<number[]> {
    return this.write(act, null);
  }

  end(ids: readonly number[], { outcome, code, madeId = null }: ActEnding): Promise<void> {
    return this.events.end(ids, outcome, code, madeId);
  }

  /** Something that is over already. */
  async note(act: Act, ending: ActEnding): Promise<void> {
    await this.write(act, ending);
  }

  /** One event for each tenant it is done to. */
  private async write(act: Act, ending: ActEnding | null): Promise<number[]> {
    const { requestId, action, route, address, ids: named } = act;
    const ids: number[] = [];
    for (const filed of await this.tenantsOf(act)) {
      const id = await this.events.insert({
        ...{ requestId, at: this.clock.now(), action, route, address },
        ...actorOf(act.principal, filed.merchantId),
        ...{ ...filed, targetId: filed.targetId ?? ending?.madeId ?? null, targetIds: joined(named) },
        ...{ outcome: ending?.outcome ?? null, code: ending?.code ?? null },
      });
      ids.push(id);
    }
    return ids;
  }

  /** All whom the ids within reach belong to; else who acts. */
  private async tenantsOf({ principal, reach, ids }: Act): Promise<Filed[]> {
    const found = new Map<string, Filed>();
    if (reach !== null)
      for (const owner of await this.owners.find(ids)) {
        const { id: targetId, providerId: chain, merchantId } = owner;
        const name = `${chain} ${merchantId ?? ''}`;
        if (isWithin(reach, owner) && !found.has(name)) found.set(name, { chain, merchantId, targetId });
      }
    if (found.size > 0) return [...found.values()];
    return [{ ...(await this.ownTenant(principal)), targetId: ids[0] ?? null }];
  }

  private async ownTenant(principal: Principal | null): Promise<Omit<Filed, 'targetId'>> {
    if (!principal) return { chain: INSTALLATION, merchantId: null };
    const { key, memberships } = principal;
    if (key) return { chain: key.providerId, merchantId: key.merchantId };
    const provider = memberships.find(({ providerId }) => providerId !== null)?.providerId;
    if (provider) return { chain: provider, merchantId: null };
    const merchantId = memberships.find((one) => one.merchantId !== null)?.merchantId ?? null;
    const [owner] = merchantId === null ? [] : await this.owners.find([merchantId]);
    return { chain: owner?.providerId ?? INSTALLATION, merchantId };
  }
}

/** @param merchantId to whom it is done: who belongs there acts as one of theirs. */
function actorOf(
  principal: Principal | null,
  merchantId: string | null,
): Pick<NewAuditEvent, 'actorKind' | 'actorId' | 'actorName' | 'actorMerchantId'> {
  if (!principal) return { actorKind: 'nobody', actorId: null, actorName: null, actorMerchantId: null };
  const { key, userId, name, email, memberships } = principal;
  const actor = { actorId: userId, actorName: key ? name : email };
  if (key) return { ...actor, actorKind: 'key', actorMerchantId: key.merchantId };
  if (memberships.some(({ role }) => role === 'host')) return { ...actor, actorKind: 'host', actorMerchantId: null };
  const own = memberships.find((one) => one.merchantId !== null && one.merchantId === merchantId);
  const isMerchants = memberships.every((one) => one.merchantId !== null);
  const merchant = own ?? (isMerchants ? memberships[0] : undefined);
  return { ...actor, actorKind: 'user', actorMerchantId: merchant?.merchantId ?? null };
}

/** As many as fit. */
function joined(ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  const text = ids.join(' ');
  return text.length <= IDS_LENGTH ? text : text.slice(0, text.lastIndexOf(' ', IDS_LENGTH));
}
