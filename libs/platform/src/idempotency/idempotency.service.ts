import { Clock, Secret } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import { runFenced } from '../database/work-fence';
import { afterFailure, claimVerdict } from './idempotency-policy';
import { claimRefused, idempotencyKeyInUse } from './idempotency.errors';
import { IdempotencyRepository, type Attempt, type StoredKey } from './idempotency.repository';

/** A request that its caller may send again. */
export interface RepeatableRequest {
  readonly callerId: string;
  /** Method and template. */
  readonly route: string;
  /** The caller's word for it. */
  readonly key: string;
  /** Differs when the request does; what it was made of may be guessed from it, so it is stored sealed. */
  readonly fingerprint: string;
}

/** What a request was answered; JSON as a whole. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Content {
  readonly fingerprint: string;
  readonly answer?: KeptAnswer;
}

const KEPT_MS = 86_400_000;
/** A gateway that dies leaves a key for this long; one that lives renews it. */
const LEASE_MS = 30_000;
const ATTEMPTS = 4;
const PRUNED_AT_ONCE = 1_000;
const PRUNINGS = 20;

/** Lets the work of a request be done once, however often it is sent, to however many gateways. */
@Injectable()
export class Idempotency {
  private readonly logger = new Logger(Idempotency.name);

  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Does the work, or tells what it was answered before. Transactions of the work carry a mark, so that after a crash the
   * next attempt knows whether anything was done. Throws `idempotency_key_reused`, `idempotency_key_in_use`,
   * `idempotency_answer_lost`, and whatever the work throws.
   */
  async once(
    request: RepeatableRequest,
    work: () => Promise<KeptAnswer>,
  ): Promise<{ answer: KeptAnswer; isReplay: boolean }> {
    const claim = await this.claim(request);
    if ('answer' in claim) return { answer: claim.answer, isReplay: true };
    const renewing = setInterval(() => {
      void this.quietly('lease not renewed', this.keys.renew(claim, LEASE_MS));
    }, LEASE_MS / 3).unref();
    try {
      const answer = await runFenced((db) => this.fence(db, claim), work);
      const kept = content({ fingerprint: request.fingerprint, answer });
      // The work is done: its answer must reach the caller, kept or not.
      await this.quietly('answer not kept', this.keys.keep(claim, kept, this.clock.now()));
      return { answer, isReplay: false };
    } catch (error) {
      const isFree = afterFailure(error) === 'forget';
      await this.quietly('key not freed', isFree ? this.keys.forget(claim) : this.keys.forgetUnlessWorked(claim));
      throw error;
    } finally {
      clearInterval(renewing);
    }
  }

  /** Forgets keys whose time is over, some thousands at most; how many. */
  async prune(): Promise<number> {
    let pruned = 0;
    for (let i = 0; i < PRUNINGS; i++) {
      const some = await this.keys.prune(this.clock.now(), PRUNED_AT_ONCE);
      pruned += some;
      if (some < PRUNED_AT_ONCE) break;
    }
    return pruned;
  }

  private async claim(request: RepeatableRequest): Promise<Attempt | { readonly answer: KeptAnswer }> {
    const { callerId, route, key, fingerprint } = request;
    const id = createHash('sha256')
      .update(JSON.stringify([callerId, route, key]))
      .digest('hex');
    const attempt = { id, owner: randomUUID() };
    // Looked at first: an insert would wait for the transaction of the one who works on it.
    for (let i = 0; i < ATTEMPTS; i++) {
      const found = await this.keys.find(id);
      if (!found) {
        const expiresAt = new Date(this.clock.now().getTime() + KEPT_MS);
        const row = { ...attempt, callerId, route, content: content({ fingerprint }), expiresAt };
        if (await this.keys.insert(row, LEASE_MS)) return attempt;
        continue;
      }
      const known = JSON.parse(found.content.reveal()) as Content;
      const verdict = claimVerdict({ ...this.standing(found), isSame: known.fingerprint === fingerprint });
      if (verdict.act === 'refuse') throw claimRefused(verdict);
      if (verdict.act === 'replay' && known.answer) return { answer: known.answer };
      if (verdict.act === 'start_anew') await this.keys.expire(id, this.clock.now());
      else if (await this.keys.takeOver(attempt, found.leaseOwner, LEASE_MS)) return attempt;
    }
    throw idempotencyKeyInUse();
  }

  private standing({ expiresAt, answeredAt, workedAt, isLeased }: StoredKey) {
    const isExpired = expiresAt <= this.clock.now();
    return { isExpired, isAnswered: answeredAt !== null, isLeased, hasWorked: workedAt !== null };
  }

  private async fence(db: Parameters<IdempotencyRepository['markWorked']>[0], attempt: Attempt): Promise<void> {
    if (!(await this.keys.markWorked(db, attempt, this.clock.now()))) throw idempotencyKeyInUse();
  }

  private async quietly(msg: string, step: Promise<void>): Promise<void> {
    try {
      await step;
    } catch (err) {
      this.logger.warn({ msg: `idempotency: ${msg}`, err });
    }
  }
}

function content(value: Content): Secret {
  return new Secret(JSON.stringify(value));
}
