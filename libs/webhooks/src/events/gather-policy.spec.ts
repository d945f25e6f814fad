import { type WaitingEvent } from '@app/platform';
import { gather } from './gather-policy';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 10, 2, 0, second));
const event = (id: number, topic: string, subject: string, payload: object): WaitingEvent => ({
  ...{ id, topic, subject, payload: JSON.stringify(payload), occurredAt: at(id) },
  ...{ providerId: 'prv_1', merchantId: 'mer_1' },
});
const days = (from: string, to: string, n: number, corrected = 0) => ({
  account: 'acc_1',
  from,
  to,
  days: n,
  corrected,
});

describe('gather', () => {
  it('tells days of one account as one, whatever their order', () => {
    const events = [
      event(3, 'days.stored', 'acc_1', days('2026-02-08', '2026-02-14', 7, 1)),
      event(1, 'days.stored', 'acc_1', days('2026-02-15', '2026-02-21', 6)),
      event(2, 'days.stored', 'acc_2', days('2026-01-01', '2026-01-01', 1)),
    ];
    expect(gather(events)).toEqual([
      {
        told: { ...events[1], payload: JSON.stringify(days('2026-02-08', '2026-02-21', 13, 1)), occurredAt: at(3) },
        dropped: [3],
      },
      { told: events[2], dropped: [] },
    ]);
  });

  it('tells everything else one by one', () => {
    const events = [1, 2].map((id) => event(id, 'account.updated', 'acc_1', { account: 'acc_1' }));
    expect(gather(events)).toEqual(events.map((told) => ({ told, dropped: [] })));
  });
});
