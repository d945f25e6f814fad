import { Injectable, Logger } from '@nestjs/common';
import { AppError, Clock } from '@app/kernel';
import { asUnavailable, type Queries } from '@app/platform';
import { CredentialRepository, type CredentialKey, type StoredCredential } from './credential.repository';
import { LeasedRefresh, verdictOf, type Renewal } from './leased-refresh';
import { OpenedTokens, type HeldToken } from './opened-tokens';
import { pollPause, TokenTimings } from './token-timings';

const MAX_TRIES = 4;

/**
 * Hands out tokens and sees to it that each is refreshed by one caller at a time, across all processes: callers in this
 * process share one run, processes share a lease on the credential's row, and a late writer is fenced off by its version.
 */
@Injectable()
export class TokenKeeper {
  private readonly logger = new Logger(TokenKeeper.name);
  private readonly opened = new OpenedTokens();
  private readonly running = new Map<string, Promise<HeldToken>>();
  private readonly behind = new Map<string, Promise<void>>();

  constructor(
    private readonly credentials: CredentialRepository,
    private readonly refresh: LeasedRefresh,
    private readonly clock: Clock,
    private readonly timings: TokenTimings,
  ) {}

  /** Throws what the renewal throws, `token_cooling_down` soon after a failure, `token_wait_timeout`. */
  get(key: CredentialKey, renewal: () => Renewal): Promise<HeldToken> {
    const held = this.atHand(key);
    if (held) return Promise.resolve(held);
    return share(this.running, nameOf(key), async () => {
      try {
        return await this.obtain(key, renewal);
      } catch (error) {
        throw asUnavailable(error);
      }
    });
  }

  /** What this process opened a moment ago; null when the row must be read. */
  atHand(key: CredentialKey): HeldToken | null {
    return this.opened.get(nameOf(key), this.clock.now());
  }

  /** Takes to hand, in one statement, what needs no refresh; the others are left to `get`. Keys are of account tokens. */
  async warm(keys: readonly CredentialKey[], db: Queries): Promise<void> {
    const now = this.clock.now();
    const mark = this.opened.mark();
    const rows = await this.credentials.findAccountTokens(
      keys.filter((key) => this.atHand(key) === null),
      db,
    );
    for (const row of rows) {
      const verdict = verdictOf(row, now);
      if (!verdict.due && verdict.servable) this.hold(row, mark);
    }
  }

  /** WeChat refused the token of this version: the next `get` refreshes, unless a newer one is stored by then. */
  async rejected(key: CredentialKey, version: number): Promise<void> {
    const name = nameOf(key);
    this.opened.reject(name, version);
    // A run that began before may still return the rejected token: it must not serve those who ask from now on.
    this.running.delete(name);
    await this.credentials.markRejected(key, version);
  }

  /** The row was written by somebody else in this process. */
  forget(key: CredentialKey): void {
    this.opened.drop(nameOf(key));
    this.running.delete(nameOf(key));
  }

  /** Resolves when no refresh is under way here: a token WeChat issued must not be lost to a shutdown. */
  async settled(): Promise<void> {
    while (this.running.size + this.behind.size > 0) {
      await Promise.allSettled([...this.running.values(), ...this.behind.values()]);
    }
  }

  private async obtain(key: CredentialKey, renewal: () => Renewal): Promise<HeldToken> {
    const run = renewal();
    const deadline = Date.now() + this.timings.waitMs;
    for (let round = 0; ; round++) {
      const mark = this.opened.mark();
      const row = await this.credentials.findOrCreate(key);
      const verdict = verdictOf(row, this.clock.now());
      if (!verdict.due) {
        if (verdict.servable) return this.hold(row, mark);
        throw coolingDown(row.retryAt);
      }
      if (verdict.because === 'expiring') {
        // The old token works until well after the new one is stored: nobody waits for WeChat.
        this.refreshBehind(key, run);
        return this.hold(row, mark);
      }
      if (Date.now() > deadline && verdict.servable) return this.hold(row, mark);
      if (Date.now() > deadline) throw new AppError('unavailable', 'token_wait_timeout');
      try {
        if ((await this.refresh.attempt(key, run)) !== 'busy') continue;
      } catch (error) {
        if (verdict.servable) return this.hold(row, mark);
        throw error;
      }
      if (verdict.servable) return this.hold(row, mark);
      await pollPause(round);
    }
  }

  private refreshBehind(key: CredentialKey, run: Renewal): void {
    const name = nameOf(key);
    void share(this.behind, name, async () => {
      try {
        for (let tries = 0; tries < MAX_TRIES; tries++) {
          if ((await this.refresh.attempt(key, run)) !== 'again') break;
        }
        this.opened.drop(name);
      } catch (err) {
        this.logger.warn({ msg: 'refresh failed, the old token is served on', kind: key.kind, err });
      }
    });
  }

  /** @param mark taken before the row was read */
  private hold(row: StoredCredential, mark: number): HeldToken {
    if (row.token === null || row.expiresAt === null) throw new AppError('bug', 'token_not_stored');
    const held = { token: row.token, version: row.version };
    this.opened.put(nameOf(row), held, row.expiresAt, mark);
    return held;
  }
}

/** Callers that come while a run is under way get its result. */
function share<T>(runs: Map<string, Promise<T>>, name: string, start: () => Promise<T>): Promise<T> {
  const current = runs.get(name);
  if (current) return current;
  const run = start().finally(() => {
    if (runs.get(name) === run) runs.delete(name);
  });
  runs.set(name, run);
  return run;
}

function nameOf(key: CredentialKey): string {
  return `${key.platformId}/${key.subjectAppid}/${key.kind}`;
}

function coolingDown(retryAt: Date | null): AppError {
  return new AppError('unavailable', 'token_cooling_down', {
    message: {
      en: 'WeChat refused a fresh token a moment ago; the gateway asks again shortly.',
      zh: '刚才向微信换取令牌失败，网关稍后会重试。',
    },
    detail: { retryAt: retryAt?.toISOString() ?? null },
  });
}
