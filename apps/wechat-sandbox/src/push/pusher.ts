import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultSwitches } from '../faults/fault-switches';
import { type Log } from '../sandbox-log';
import { type Delivery, type DeliveryLog } from './delivery-log';
import { HoldBack } from './hold-back';
import { PushBlock } from './push-block';
import { type Parcel, type Push, type PushAnswer, type PushPost } from './push-post';

export interface SentPush {
  readonly push: Push;
  readonly delivery: Delivery;
  /** Settles after the first try; at once when the push is delayed or lost. */
  readonly first: Promise<void>;
  readonly done: Promise<void>;
}

const TICKET = 'component_verify_ticket';
const nothing = (): void => undefined;
const isEvent = ({ infoType, message }: Push): boolean => infoType !== TICKET && message === undefined;

/** Sends encrypted pushes as WeChat does: 5 s, body exactly "success", a bounded number of tries. */
export class Pusher {
  private readonly stop = new AbortController();
  private readonly holdBack = new HoldBack();
  private readonly block: PushBlock;

  constructor(
    private readonly post: PushPost,
    private readonly faults: FaultSwitches,
    private readonly deliveries: DeliveryLog,
    private readonly log: Log,
  ) {
    this.block = new PushBlock(faults);
  }

  /** The same push twice at once; the delivery is the first one's. */
  sendTwice(push: Push): SentPush {
    const [one, two] = [this.send(push), this.send(push)];
    const both = (of: 'first' | 'done'): Promise<void> => Promise.all([one[of], two[of]]).then(nothing);
    return { ...one, first: both('first'), done: both('done') };
  }

  send(push: Push): SentPush {
    const delivery = this.deliveries.open(push.platform.appid, push.infoType, push.appid);
    let firstDone: () => void = nothing;
    const first = new Promise<void>((resolve) => {
      firstDone = resolve;
    });
    const done = this.run(push, delivery, firstDone).finally(firstDone);
    if ((push.delayMs ?? 0) > 0) firstDone();
    return { push, delivery, first, done };
  }

  /** Sent once; the answer is read as it is, since a message may be answered by more than `success`. */
  ask(push: Push): Promise<PushAnswer> {
    return this.post.send(this.post.wrap(push), this.stop.signal);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.post.close();
  }

  private async run(push: Push, delivery: Delivery, firstDone: () => void): Promise<void> {
    try {
      if (push.delayMs !== undefined && push.delayMs > 0) await this.pause(push.delayMs);
      if (push.lost === true) delivery.state = 'lost';
      else {
        const tried = await this.turn(push, firstDone);
        await this.deliver(push, delivery, () => {
          firstDone();
          tried();
        });
        tried();
      }
    } catch {
      // only the end of the process breaks a wait
      delivery.state = 'failed';
    }
    this.note(push.platform.appid, delivery);
  }

  /** Whoever waits for the first try does not wait for a push that is held back. */
  private turn(push: Push, firstDone: () => void): Promise<() => void> {
    const { ticketReorder, eventReorder, reorderWaitMs } = this.faults.values;
    const isTicket = push.infoType === TICKET;
    if (!(isTicket ? ticketReorder : eventReorder && isEvent(push))) return Promise.resolve(nothing);
    const key = `${push.platform.appid}|${isTicket ? TICKET : 'event'}`;
    const turn = this.holdBack.turn(key, reorderWaitMs, this.stop.signal);
    if (this.holdBack.isHeld(key)) firstDone();
    return turn;
  }

  private async deliver(push: Push, delivery: Delivery, tried: () => void): Promise<void> {
    const component = push.platform.appid;
    if (this.block.remainingMs(component) > 0) delivery.state = 'blocked';
    else await this.attempts(push, delivery, tried);
    this.block.note(component, delivery.state);
    tried();
    const ended = delivery.state === 'delivered' || this.block.remainingMs(component) === 0;
    if (ended || !isEvent(push) || !this.faults.values.pushReplayAfterBlock) return;
    await this.pause(this.block.remainingMs(component));
    await this.attempts(push, delivery, tried);
    this.block.note(component, delivery.state);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stop.signal, ref: false });
  }

  private async attempts(push: Push, delivery: Delivery, firstDone: () => void): Promise<void> {
    const { pushRetryReencrypts } = this.faults.values;
    const tries = this.triesOf(push);
    let parcel = this.post.wrap(push);
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (attempt > 1) {
        await this.pause(this.faults.values.pushRetryMs);
        if (pushRetryReencrypts) parcel = this.post.wrap(push);
      }
      const ok = await this.try(parcel, delivery);
      firstDone();
      if (ok) {
        delivery.state = 'delivered';
        return;
      }
    }
    delivery.state = 'failed';
  }

  private triesOf(push: Push): number {
    const { pushTries, eventTries } = this.faults.values;
    return isEvent(push) && eventTries > 0 ? eventTries : pushTries;
  }

  private async try(parcel: Parcel, delivery: Delivery): Promise<boolean> {
    const at = new Date().toISOString();
    const { status, text, ms, error } = await this.post.send(parcel, this.stop.signal);
    const wrong = status === 200 ? (text === 'success' ? null : 'body is not success') : 'status is not 200';
    const problem = error ?? wrong;
    delivery.attempts.push({ at, status, ok: problem === null, ms, error: problem });
    return problem === null;
  }

  private note(component: string, delivery: Delivery): void {
    if (this.stop.signal.aborted) return;
    this.log(delivery.state === 'delivered' ? 'info' : 'warn', 'push', {
      component_appid: component,
      info_type: delivery.info_type,
      appid: delivery.appid,
      state: delivery.state,
      tries: delivery.attempts.length,
    });
  }
}
