import { Injectable } from '@nestjs/common';
import { type MadeLink, PasswordLinks } from '../passwords/password-links';
import { type Principal, type Reach } from '../role-policy';
import { SessionService } from '../sessions/session.service';
import { careVerdict } from './care-policy';
import { careRefused } from './user.errors';
import { type User } from './user.entity';
import { UserRepository } from './user.repository';
import { type NewUser, UserService, type UserView } from './user.service';

/** Who looks after people, and over whom they may decide. */
export interface Carer {
  readonly principal: Principal;
  readonly reach: Reach;
}

/** What an administrator does for a person who cannot: let in, let in again, log out. */
@Injectable()
export class UserCare {
  constructor(
    private readonly users: UserRepository,
    private readonly making: UserService,
    private readonly links: PasswordLinks,
    private readonly sessions: SessionService,
  ) {}

  /** Makes a person who sets a password with the link. Throws as `UserService.create`. */
  async invite(
    { principal, reach }: Carer,
    person: Omit<NewUser, 'password'>,
  ): Promise<{ user: UserView; link: MadeLink }> {
    const user = await this.making.create(reach, { ...person, password: null });
    return { user, link: await this.links.issue({ id: user.id, passwordHash: null }, principal.userId) };
  }

  /** In place of the links before. Throws `user_not_found`, `user_beyond_reach`, `own_account`. */
  async issueLink(carer: Carer, userId: string): Promise<MadeLink> {
    return this.links.issue(await this.getInCare(carer, userId), carer.principal.userId);
  }

  /** Who has not joined yet is not invited any more, and gone. Throws as `issueLink`. */
  async revokeLinks(carer: Carer, userId: string): Promise<void> {
    await this.links.revoke((await this.getInCare(carer, userId)).id);
  }

  /** Throws as `issueLink`. */
  async endSessions(carer: Carer, userId: string): Promise<void> {
    await this.sessions.endAll((await this.getInCare(carer, userId)).id);
  }

  /** Throws `user_not_found`, `user_beyond_reach`, `own_account`. */
  async getInCare({ principal, reach }: Carer, userId: string): Promise<User> {
    const user = await this.users.findById(userId);
    const held = await this.users.memberships(userId);
    const verdict = careVerdict({ userId: principal.userId, reach }, userId, held);
    if (!verdict.allowed) throw careRefused(verdict.because);
    if (!user) throw careRefused('user_not_found');
    return user;
  }
}
