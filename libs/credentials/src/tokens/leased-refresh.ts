import { Injectable, Logger } from '@nestjs/common';
import { AppError, Clock, type Secret } from '@app/kernel';
import { acquireLease } from '@app/platform';
import { WechatTransportError } from '@app/wechat';
import { DataSource } from 'typeorm';
import { PlatformCounterRepository } from '../platforms/platform-counter.repository';
import {
  CredentialRepository,
  type CredentialKey,
  type RefreshedToken,
  type StoredCredential,
} from './credential.repository';
import { isLeaseTooShort, LeaseWindow } from './lease-window';
import { refreshVerdict, rejectionGapMs, retryAfter, spreadOf, type RefreshVerdict } from './refresh-policy';
import { pollPause, TokenTimings } from './token-timings';

export interface RenewedToken {
  readonly token: Secret;
  readonly expiresInSeconds: number;
  /** Stored in the same transaction; null never overwrites. */
  readonly beside: { readonly key: CredentialKey; readonly token: Secret } | null;
}

/** How one kind of token is renewed; one object per run. */
export interface Renewal {
  /** Before the lease is taken: what may itself take long. */
  warm(): Promise<void>;
  /** Under the lease. Sends at most one refreshing call, and only after `window.ensureTimeForCall()`. */
  call(window: LeaseWindow): Promise<RenewedToken>;
  /** After a failed call: true when another try makes sense now. May throw the error to report instead. */
  recover(error: unknown): Promise<boolean>;
}

/** `busy`: somebody else works on it, or the lease ran short. `again`: worth another try at once. */
type RefreshOutcome = 'settled' | 'busy' | 'again';

/** A byte's worth; the gap between two refreshes is at its longest long before. */
const MAX_REJECTIONS = 200;

/** One refresh of one credential, by the one process that holds its lease. */
@Injectable()
export class LeasedRefresh {
  private readonly logger = new Logger(LeasedRefresh.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly credentials: CredentialRepository,
    private readonly clock: Clock,
    private readonly timings: TokenTimings,
    private readonly counters: PlatformCounterRepository,
  ) {}

  async attempt(key: CredentialKey, renewal: Renewal): Promise<RefreshOutcome> {
    await renewal.warm();
    const { id } = await this.credentials.findOrCreate(key);
    await using lease = await acquireLease(this.dataSource, { table: 'credential', id }, this.timings.leaseMs);
    if (!lease) return 'busy';
    // Somebody may have refreshed while we asked for the lease.
    const read = await this.credentials.findOrCreate(key);
    const verdict = verdictOf(read, this.clock.now());
    if (!verdict.due) return 'settled';
    const window = new LeaseWindow(lease, this.timings.callMs);
    let renewed: RenewedToken;
    try {
      renewed = await renewal.call(window);
    } catch (error) {
      return await this.failed(read, renewal, error);
    }
    await this.store(read, renewed, verdict.because === 'rejected');
    return 'settled';
  }

  private async failed(read: StoredCredential, renewal: Renewal, error: unknown): Promise<RefreshOutcome> {
    if (isLeaseTooShort(error)) return 'busy';
    let reported = error;
    try {
      if (await renewal.recover(error)) return 'again';
    } catch (final) {
      reported = final;
    }
    const now = this.clock.now();
    const retryAt = retryAfter(reported, now) ?? retryAfter(error, now);
    if (retryAt !== null && !(await this.credentials.coolDown(read, retryAt))) return this.overtaken(read, error);
    throw reported;
  }

  /** Somebody wrote while our call failed. A call without answer may still have reached WeChat, and after theirs. */
  private async overtaken(read: StoredCredential, error: unknown): Promise<RefreshOutcome> {
    if (error instanceof WechatTransportError) {
      await this.credentials.markSuspect(read.id);
      this.logger.warn({
        msg: 'refresh fenced off without an answer, credential is suspect',
        kind: read.kind,
        id: read.id,
      });
    }
    return 'again';
  }

  /** WeChat's answer may be the only copy of a token: while MySQL is away, storing is tried on, fenced like the first try. */
  private async store(read: StoredCredential, renewed: RenewedToken, wasRejected: boolean): Promise<void> {
    const now = this.clock.now();
    const rejections = wasRejected ? Math.min(read.rejections + 1, MAX_REJECTIONS) : 0;
    const issued: RefreshedToken = {
      token: renewed.token,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + renewed.expiresInSeconds * 1_000),
      rejections,
      retryAt: wasRejected ? new Date(now.getTime() + rejectionGapMs(rejections)) : null,
    };
    if (wasRejected) await this.noteRejection(read);
    const giveUpAt = Date.now() + this.timings.waitMs;
    for (let round = 0; ; round++) {
      try {
        const outcome = await this.credentials.replace(read, issued, renewed.beside);
        if (outcome === 'fenced_off') {
          this.logger.warn({ msg: 'refresh fenced off, credential is suspect', kind: read.kind, id: read.id });
        }
        return;
      } catch (error) {
        const passing = error instanceof AppError && error.kind === 'unavailable';
        if (!passing || Date.now() > giveUpAt) throw error;
        await pollPause(round);
      }
    }
  }

  /** A count that fails must not cost a token. */
  private async noteRejection({ platformId, kind }: StoredCredential): Promise<void> {
    const name = kind === 'component_token' ? 'component_token_rejected' : 'account_token_rejected';
    try {
      await this.counters.add({ platformId, name }, 'day');
    } catch (err) {
      this.logger.warn({ msg: 'rejected token not counted', kind, err });
    }
  }
}

export function verdictOf(row: StoredCredential, now: Date): RefreshVerdict {
  return refreshVerdict({ ...row, stored: row.token !== null, spread: spreadOf(row) }, now);
}
