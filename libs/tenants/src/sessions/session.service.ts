import { Injectable, Logger } from '@nestjs/common';
import { AppError, Clock, newId, newToken, Secret } from '@app/kernel';
import { type Client } from '../client';
import { keyAfter, pageOf, type Page, type PageRequest } from '../page';
import { type Principal } from '../role-policy';
import { digestOf } from '../secret-digest';
import { noMembership } from '../users/user.errors';
import { type Session } from './session.entity';
import { idleSince, isUseNoted, sessionEnd } from './session-policy';
import { SessionRepository } from './session.repository';

/** A person whose password was right, by the hash that says so. */
export interface Proven {
  readonly userId: string;
  readonly passwordHash: string;
  readonly isCodeShown: boolean;
}

export interface OpenedSession {
  /** What the cookie carries; the database keeps its SHA-256 alone. */
  readonly token: Secret;
  readonly principal: Principal;
}

/** A session as its person sees it. */
export interface SessionView {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly address: string;
  readonly agent: string;
}

@Injectable()
export class SessionService {
  private readonly logger = new Logger(SessionService.name);

  constructor(
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Every login makes a new token and ends the browser's session before, so one planted before login is worth nothing.
   * Null when the person is disabled, has another password than this one by now, or a second factor that was not shown. Throws
   * `no_membership`.
   */
  async open({ userId, passwordHash, isCodeShown }: Proven, client: Client): Promise<OpenedSession | null> {
    const { token, row } = this.make(userId, client);
    const previous = client.session ? digestOf(client.session) : null;
    const result = await this.sessions.open(row, { passwordHash, isCodeShown, previous });
    if (result === 'no_membership') throw noMembership();
    if (result === 'unproven') return null;
    const principal = await this.findPrincipal(token);
    return principal && { token, principal };
  }

  /** A session that nobody stored yet, for a transaction that does more than that. */
  make(userId: string, { address, agent }: Client): { token: Secret; row: Session } {
    const token = new Secret(newToken());
    const now = this.clock.now();
    const times = { createdAt: now, lastUsedAt: now, expiresAt: sessionEnd(now) };
    return { token, row: { idHash: digestOf(token), id: newId('ses'), userId, ...times, address, agent } };
  }

  /** Null when the session is unknown, over, unused for too long, or its person disabled or without any membership. */
  async findPrincipal(token: Secret): Promise<Principal | null> {
    const now = this.clock.now();
    const idHash = digestOf(token);
    const found = await this.sessions.find(idHash, now, idleSince(now));
    if (!found) return null;
    if (!isUseNoted(found.lastUsedAt, now))
      this.sessions.noteUse(idHash, now).catch((err: unknown) => {
        this.logger.warn({ msg: 'use of a session not noted', sessionId: found.id, err });
      });
    return found.principal;
  }

  async logout(token: Secret): Promise<void> {
    await this.sessions.delete(digestOf(token));
  }

  /** @param current the token of the session that asks. */
  async list(userId: string, current: Secret | null, request: PageRequest): Promise<Page<SessionView>> {
    const now = this.clock.now();
    const idHash = current && digestOf(current);
    const age = { now, idleSince: idleSince(now) };
    const rows = await this.sessions.list(userId, age, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    const items = page.items.map(({ id, createdAt, lastUsedAt, expiresAt, address, agent, idHash: hash }) => ({
      ...{ id, createdAt, lastUsedAt, expiresAt, address, agent },
      isCurrent: idHash?.equals(hash) ?? false,
    }));
    return { ...page, items };
  }

  /** Ends one of a person's sessions. Throws `session_not_found`, for another's as well. */
  async end(userId: string, id: string): Promise<void> {
    if (await this.sessions.deleteOwn(userId, id)) return;
    throw new AppError('not_found', 'session_not_found', {
      message: { en: 'You have no such session.', zh: '您没有这个会话。' },
    });
  }

  /** Logs a person out everywhere. */
  async endAll(userId: string): Promise<void> {
    await this.sessions.deleteAll(userId);
  }
}
