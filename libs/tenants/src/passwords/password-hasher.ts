import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, newToken } from '@app/kernel';
import { hash, verify } from '@node-rs/argon2';
import { BoundedQueue } from './bounded-queue';

/** OWASP's first choice for argon2id (the package's default algorithm): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/**
 * Each hash holds one of libuv's four threads; the last stays free for DNS and files. Strangers never take the one of people
 * who are known, by a session, a link or a browser that logged in before.
 */
const AT_ONCE = { known: 1, stranger: 2 };
const WAITING = 64;
const RETRY_AFTER_SECONDS = 2;

/** Whom the work is for. */
export type Asker = keyof typeof AT_ONCE;

/** Passwords in and out of argon2id; a flood of attempts is turned away before it eats memory and threads. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly queues: Readonly<Record<Asker, BoundedQueue>> = {
    known: new BoundedQueue(AT_ONCE.known, WAITING),
    stranger: new BoundedQueue(AT_ONCE.stranger, WAITING),
  };
  private unknownUserHash = '';

  async onModuleInit(): Promise<void> {
    this.unknownUserHash = await hash(newToken(), COST);
  }

  /** For who is known. Throws `login_busy` when too many wait already. */
  hash(password: string): Promise<string> {
    return this.inTurn('known', () => hash(password, COST));
  }

  /** Does the same work when there is no such user (`null`), so that the time says nothing. Throws `login_busy`. */
  async matches(passwordHash: string | null, password: string, asker: Asker): Promise<boolean> {
    const isRight = await this.inTurn(asker, () => verify(passwordHash ?? this.unknownUserHash, password));
    return isRight && passwordHash !== null;
  }

  private async inTurn<T extends string | boolean>(asker: Asker, work: () => Promise<T>): Promise<T> {
    const result = await this.queues[asker].run(work);
    if (result !== null) return result;
    throw new AppError('limited', 'login_busy', {
      message: { en: 'Too many people log in right now; try again shortly.', zh: '当前登录人数过多，请稍后再试。' },
      detail: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    });
  }
}
