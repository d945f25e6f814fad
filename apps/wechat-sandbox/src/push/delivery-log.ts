interface DeliveryAttempt {
  /** Real time. */
  readonly at: string;
  readonly status: number | null;
  readonly ok: boolean;
  readonly ms: number;
  /** Why it failed; never a part of the request. */
  readonly error: string | null;
}

export interface Delivery {
  readonly id: number;
  readonly component_appid: string;
  readonly info_type: string;
  readonly appid: string | null;
  readonly attempts: DeliveryAttempt[];
  state: 'pending' | 'delivered' | 'failed' | 'lost' | 'blocked';
}

const KEPT = 2000;

/** The newest deliveries, without bodies: they hold tickets and codes. */
export class DeliveryLog {
  private deliveries: Delivery[] = [];
  private lastId = 0;

  open(component: string, infoType: string, appid: string | null): Delivery {
    this.lastId += 1;
    const delivery: Delivery = {
      id: this.lastId,
      component_appid: component,
      info_type: infoType,
      appid,
      attempts: [],
      state: 'pending',
    };
    this.deliveries.push(delivery);
    if (this.deliveries.length > KEPT) this.deliveries = this.deliveries.slice(-KEPT / 2);
    return delivery;
  }

  /** Those with an id above `afterId`, oldest first. */
  list(afterId = 0): Delivery[] {
    return this.deliveries.filter((delivery) => delivery.id > afterId);
  }

  clear(): void {
    this.deliveries = [];
  }
}
