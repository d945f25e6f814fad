import { AppError, Clock, newId, newToken, Secret } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type Client } from '../client';
import { LoginAttempts } from '../logins/login-attempts';
import { type Principal } from '../role-policy';
import { digestOf } from '../secret-digest';
import { PasswordHasher } from './password-hasher';
import { linkExpiry, linkPurpose, type LinkPurpose } from './password-link-policy';
import { PasswordLinkRepository, type OpenLink } from './password-link.repository';
import { checkPassword } from './password-policy';

/** A link that was just made. */
export interface MadeLink {
  /** Told this once; the database keeps its SHA-256. */
  readonly token: Secret;
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
}

/** Writes down that this person sets a password, has it set, and writes down how that ended. */
export type Witness = (person: Principal, set: () => Promise<void>) => Promise<void>;

/** Links with which people set a password: passed on by who made them, for there is no mailer. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly links: PasswordLinkRepository,
    private readonly hasher: PasswordHasher,
    private readonly attempts: LoginAttempts,
    private readonly clock: Clock,
  ) {}

  /** In place of the person's links before. Whether they may is for the caller to ask. */
  async issue(user: { id: string; passwordHash: string | null }, createdBy: string): Promise<MadeLink> {
    const token = new Secret(newToken());
    const now = this.clock.now();
    const purpose = linkPurpose(user.passwordHash);
    const expiresAt = linkExpiry(purpose, now);
    const row = { id: newId('lnk'), userId: user.id, purpose, tokenHash: digestOf(token), createdBy };
    await this.links.insert({ ...row, createdAt: now, expiresAt, usedAt: null, revokedAt: null });
    return { token, purpose, expiresAt };
  }

  /** Throws `password_link_over`. */
  async get(token: Secret): Promise<OpenLink> {
    const link = await this.links.findOpen(digestOf(token), this.clock.now());
    if (!link) throw linkOver();
    return link;
  }

  /**
   * Sets the password and ends all sessions of the person. The token makes the browser a known one: whoever attacks the account does
   * not hold back its person. Throws `password_link_over`, `password_unfit`, `login_busy`, and what the witness does.
   */
  async use(token: Secret, password: string, client: Client, witness: Witness): Promise<Secret> {
    const link = await this.get(token);
    checkPassword(password);
    const hash = await this.hasher.hash(password);
    await witness(await this.links.personOf(link), async () => {
      if (!(await this.links.use(digestOf(token), link, hash, this.clock.now()))) throw linkOver();
    });
    return this.attempts.remember(link.userId, client);
  }

  async revoke(userId: string): Promise<void> {
    await this.links.revoke(userId, this.clock.now());
  }
}

/** Unknown, used, taken back and expired look alike. */
function linkOver(): AppError {
  return new AppError('not_found', 'password_link_over', {
    message: {
      en: 'This link is unknown, used or expired: ask whoever sent it for a new one.',
      zh: '该链接无效、已使用或已过期，请向发送者索取新链接。',
    },
  });
}
