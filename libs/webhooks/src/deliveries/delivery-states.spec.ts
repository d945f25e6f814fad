import { DELIVERY_MACHINE, DELIVERY_STATES, OVER } from './delivery-states';

describe('the states of a delivery', () => {
  it('lead to an end, and by hand back to the beginning', () => {
    expect(DELIVERY_STATES).toEqual(['pending', 'sending', 'delivered', 'failed']);
    expect(DELIVERY_MACHINE.pending.to).toEqual(['sending']);
    for (const state of OVER) expect(DELIVERY_MACHINE[state].to).toEqual(['pending']);
    expect(DELIVERY_MACHINE.sending.to).toEqual(['pending', ...OVER]);
  });
});
