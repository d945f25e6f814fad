/** WeChat pushes one every 10 minutes and each lives 12 hours (component_verify_ticket.html). */
const LATE_MS = 30 * 60_000;
export const TICKET_LIFE_MS = 12 * 3_600_000;

/** `late`: pushes stopped but the last ticket still works. `expired`: no component token can be bought any more. */
export type TicketState = 'fresh' | 'late' | 'expired' | 'missing';

export function ticketState(receivedAt: Date | null, now: Date): TicketState {
  if (receivedAt === null) return 'missing';
  const ageMs = now.getTime() - receivedAt.getTime();
  if (ageMs >= TICKET_LIFE_MS) return 'expired';
  return ageMs < LATE_MS ? 'fresh' : 'late';
}

/** A replayed push carries a true signature for ever: its ticket is told by WeChat's own time in it. */
export function isStaleTicket(createTime: Date, now: Date): boolean {
  return now.getTime() - createTime.getTime() >= TICKET_LIFE_MS;
}
