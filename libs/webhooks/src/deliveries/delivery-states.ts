interface StateRule {
  /** Where a delivery may go from here. */
  readonly to: readonly DeliveryState[];
}

export type DeliveryState = 'pending' | 'sending' | 'delivered' | 'failed';

/**
 * A delivery's states. `sending` is held by a lease: what a dead worker held is `pending` again. A person may have what is
 * over sent once more.
 */
export const DELIVERY_MACHINE: Readonly<Record<DeliveryState, StateRule>> = {
  pending: { to: ['sending'] },
  sending: { to: ['pending', 'delivered', 'failed'] },
  delivered: { to: ['pending'] },
  failed: { to: ['pending'] },
};

export const DELIVERY_STATES = Object.keys(DELIVERY_MACHINE) as readonly DeliveryState[];
/** States a delivery never leaves by itself. */
export const OVER: readonly DeliveryState[] = ['delivered', 'failed'];
