import { Injectable } from '@nestjs/common';
import { numberAfter, pageOf, type Page, type PageRequest } from '../page';
import { type Reach } from '../role-policy';
import { type AuditEvent } from './audit-event.entity';
import { AuditEventRepository, type AuditFilter } from './audit-event.repository';

type AuditRow = Readonly<Pick<AuditEvent, keyof AuditEvent>>;

/** An event as somebody may see it: a merchant is not told who of its provider it was, nor a provider who of the host. */
export type SeenEvent = AuditRow & { readonly isOfProvider: boolean };

const TOGETHER = 1_000;

@Injectable()
export class AuditLog {
  constructor(private readonly events: AuditEventRepository) {}

  /** Newest first. Throws `cursor_invalid`. */
  async list(reach: Reach, filter: AuditFilter, request: PageRequest): Promise<Page<SeenEvent>> {
    const rows = await this.events.listInReach(reach, filter, numberAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => String(id));
    return { ...page, items: page.items.map((event) => seen(event, reach)) };
  }

  /** All of them, newest first, read as they are taken. */
  async *all(reach: Reach, filter: AuditFilter): AsyncGenerator<SeenEvent> {
    let before = 0;
    for (;;) {
      const rows: AuditEvent[] = await this.events.listInReach(reach, filter, before, TOGETHER);
      for (const row of rows) yield seen(row, reach);
      before = rows.at(-1)?.id ?? 0;
      if (rows.length < TOGETHER) return;
    }
  }
}

function seen(event: AuditRow, reach: Reach): SeenEvent {
  const { actorKind, actorMerchantId, chain } = event;
  const unnamed = { actorId: null, actorName: null, address: null };
  if (reach.host) return { ...event, isOfProvider: false };
  if (actorKind === 'host') return { ...event, ...unnamed, targetIds: event.targetId, isOfProvider: false };
  const isOwn = actorMerchantId !== null && reach.merchantIds.includes(actorMerchantId);
  if (reach.providerIds.includes(chain) || isOwn) return { ...event, isOfProvider: false };
  // What its provider's people named besides may be another merchant's.
  const isOfProvider = actorKind !== 'nobody';
  return { ...event, ...unnamed, targetIds: isOfProvider ? event.targetId : event.targetIds, isOfProvider };
}
