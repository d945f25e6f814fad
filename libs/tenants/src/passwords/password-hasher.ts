import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, newToken } from '@app/kernel';
import { hash, verify } from '@node-rs/argon2';
import { BoundedQueue } from './bounded-queue';

/** OWASP's first choice for argon2id (the package's default algorithm): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each hash holds one of libuv's four threads; the last stays free for DNS and files. */
const AT_ONCE = 3;
const WAITING = 64;
const RETRY_AFTER_SECONDS = 2;

/** Passwords in and out of argon2id; a flood of attempts is turned away before it eats memory and threads. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly queue = new BoundedQueue(AT_ONCE, WAITING);
  private unknownUserHash = '';

  async onModuleInit(): Promise<void> {
    this.unknownUserHash = await hash(newToken(), COST);
  }

  /** Throws `login_busy` when too many wait already. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, COST));
  }

  /** Does the same work when there is no such user (`null`), so that the time says nothing. Throws `login_busy`. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const isRight = await this.inTurn(() => verify(passwordHash ?? this.unknownUserHash, password));
    return isRight && passwordHash !== null;
  }

  private async inTurn<T extends string | boolean>(work: () => Promise<T>): Promise<T> {
    const result = await this.queue.run(work);
    if (result !== null) return result;
    throw new AppError('limited', 'login_busy', {
      message: { en: 'Too many people log in right now; try again shortly.', zh: '当前登录人数过多，请稍后再试。' },
      detail: { retryAfterSeconds: RETRY_AFTER_SECONDS },
    });
  }
}
