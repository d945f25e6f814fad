/** What a provider can hear of. */
export const TOPICS = [
  'account.authorized',
  'account.updated',
  'account.revoked',
  'days.stored',
  'task.failed',
  'ticket.late',
] as const;
export type Topic = (typeof TOPICS)[number];

/** Sent to one endpoint because somebody asks, whatever its topics. */
export const PING = 'webhook.ping';

/** Topics are stored with blanks between them. */
export function topicsOf(stored: string): Topic[] {
  const words = new Set(stored.split(' '));
  return TOPICS.filter((topic) => words.has(topic));
}
