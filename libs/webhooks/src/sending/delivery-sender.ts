import { randomUUID } from 'node:crypto';
import { SafeFetch, SafeFetchError, type FetchFault } from '@app/platform';
import { Injectable, Logger } from '@nestjs/common';
import { type AttemptRecord, type HeldDelivery } from '../deliveries/delivery.repository';
import { WebhooksConfig } from '../webhooks.config';
import { DeliveryClaims, type Claim } from './delivery-claims';
import { messageOf } from './message';
import { retryAfterMs } from './retry-policy';
import { signatureHeaders } from './signature';

const ENDPOINTS = 200;
/** A lease outlasts the longest attempt, its lookup and its write. */
const LEASE_BEYOND_MS = 15_000;
const RESPONSE_BYTES = 2_000;
const RESPONSE_CHARS = 500;

/** Sends what is due, many endpoints at once. A slow one holds up nobody but itself. */
@Injectable()
export class DeliverySender {
  private readonly logger = new Logger(DeliverySender.name);
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly web: SafeFetch,
    private readonly config: WebhooksConfig,
  ) {}

  /**
   * Begins what there is room for, and does not wait for answers.
   * @param ended is called after each delivery: there may be more to send
   */
  async sweep(ended: () => void): Promise<void> {
    await this.claims.freeOfDead();
    for (const endpointId of shuffled(await this.claims.listDue(ENDPOINTS))) {
      const room = this.config.WEBHOOK_CONCURRENCY - this.underWay.size;
      if (room <= 0) return;
      const lease = { owner: randomUUID(), ms: this.config.WEBHOOK_TIMEOUT_MS + LEASE_BEYOND_MS };
      const claim = await this.take(endpointId, room, lease);
      if (claim) for (const delivery of claim.deliveries) this.begin(claim, delivery, ended);
    }
  }

  /** Resolves when nothing is under way, or after `ms`: the leases of what is left end by themselves. */
  async settled(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => (timer = setTimeout(done, ms)));
    await Promise.race([Promise.all(this.underWay), late]);
    clearTimeout(timer);
  }

  /** What is wrong with one endpoint, such as a secret that does not open, holds up no other. */
  private async take(endpointId: string, room: number, lease: { owner: string; ms: number }): Promise<Claim | null> {
    try {
      return await this.claims.take(endpointId, room, lease);
    } catch (err) {
      this.logger.error({ msg: 'deliveries not taken', endpointId, err });
      return null;
    }
  }

  private begin(claim: Claim, delivery: HeldDelivery, ended: () => void): void {
    const sending = this.send(claim, delivery)
      .catch((err: unknown) => {
        // The row is as it was: its lease ends, and it is sent again.
        this.logger.warn({ msg: 'delivery not settled', delivery: delivery.id, err });
      })
      .finally(() => {
        this.underWay.delete(sending);
        ended();
      });
    this.underWay.add(sending);
  }

  private async send(claim: Claim, delivery: HeldDelivery): Promise<void> {
    const began = performance.now();
    const attempt = await this.attempt(claim, delivery);
    await this.claims.settle(claim, delivery, { ...attempt, ms: Math.round(performance.now() - began) });
  }

  private async attempt({ url, secrets }: Claim, delivery: HeldDelivery): Promise<Omit<AttemptRecord, 'ms'>> {
    const ms = this.config.WEBHOOK_TIMEOUT_MS;
    try {
      const body = messageOf(delivery);
      // The receiver compares it with its own clock, which follows no sandbox.
      const timestamp = Math.floor(Date.now() / 1_000);
      const answer = await this.web.fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'wechat-platform-gateway',
          ...signatureHeaders({ id: delivery.eventId, timestamp, body }, secrets),
        },
        body,
        ...{ totalMs: ms, dnsMs: ms, connectMs: ms, maxBytes: RESPONSE_BYTES, cutsOff: true },
      });
      const asked = retryAfterMs(answer.headers.get('retry-after'));
      return { status: answer.status, fault: null, retryAfterMs: asked, response: shortened(answer.body) };
    } catch (error) {
      const isKnown = error instanceof SafeFetchError;
      if (!isKnown) this.logger.error({ msg: 'delivery failed here', delivery: delivery.id, err: error });
      return {
        status: null,
        fault: isKnown ? toldFault(error.fault) : 'internal_error',
        retryAfterMs: null,
        response: null,
      };
    }
  }
}

/** One word for names without an address and for private ones: a name that points at ours would tell which exist inside. */
function toldFault(fault: FetchFault): string {
  return fault === 'dns_failed' || fault === 'address_refused' ? 'not_public' : fault;
}

/** What a log can show of it: text without control characters, whole ones of Unicode. */
function shortened(body: Buffer): string {
  const text = body.toString('utf8').replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return Array.from(text).slice(0, RESPONSE_CHARS).join('').trim();
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
