import { Injectable } from '@nestjs/common';
import { Clock, newId } from '@app/kernel';
import { MerchantRepository } from '../merchants/merchant.repository';
import { keyAfter, pageOf, type Page, type PageRequest } from '../page';
import { ProviderRepository } from '../providers/provider.repository';
import { type Reach } from '../role-policy';
import { type Membership as MembershipEntity } from './membership.entity';
import { grantVerdict, scopeId, seenOf, type Grant } from './membership-policy';
import { type GivenMembership } from './membership.service';
import { PasswordHasher } from '../passwords/password-hasher';
import { checkPassword, normalizedEmail } from '../passwords/password-policy';
import { UserRepository } from './user.repository';
import { emailTaken, grantRefused } from './user.errors';

export interface NewUser {
  readonly email: string;
  readonly name: string;
  /** Null: the person is invited, and sets one with a link. */
  readonly password: string | null;
  readonly memberships: readonly Grant[];
}

/** `invited`: has no password yet. */
export type UserState = 'invited' | 'active' | 'disabled';

/** A person as others see them: only memberships within the reach of who looks. */
export interface UserView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly state: UserState;
  readonly memberships: readonly GivenMembership[];
}

@Injectable()
export class UserService {
  constructor(
    private readonly users: UserRepository,
    private readonly providers: ProviderRepository,
    private readonly merchants: MerchantRepository,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /**
   * @param reach over which users the caller may decide; it bounds the memberships that may be given.
   * Throws `password_unfit`, `membership_scope_invalid`, `role_not_grantable`, `provider_not_found`, `merchant_not_found`,
   * `email_taken`, `login_busy`.
   */
  async create(reach: Reach, input: NewUser): Promise<UserView> {
    if (input.password !== null) checkPassword(input.password);
    const grants = withoutRepeats(input.memberships);
    await this.checkGrants(reach, grants);
    const now = this.clock.now();
    const user = {
      id: newId('usr'),
      email: normalizedEmail(input.email),
      name: input.name,
      passwordHash: input.password === null ? null : await this.hasher.hash(input.password),
      createdAt: now,
      disabledAt: null,
    };
    const memberships = grants.map((grant) => membershipOf(user.id, grant, now));
    if (!(await this.users.insert(user, memberships))) throw emailTaken();
    const state = stateOf(user.passwordHash !== null, user.disabledAt);
    return { id: user.id, email: user.email, name: user.name, state, memberships: memberships.map(given) };
  }

  /** In the order of making; a host sees all, those without any membership as well. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<UserView>> {
    const rows = await this.users.listInReach(reach, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    const held = seenOf(reach, await this.users.memberships(...page.items.map(({ id }) => id)));
    const membershipsOf = (id: string): GivenMembership[] => held.filter(({ userId }) => userId === id).map(given);
    const items = page.items.map(({ id, email, name, hasJoined, disabledAt }) => {
      return { id, email, name, state: stateOf(hasJoined === 1, disabledAt), memberships: membershipsOf(id) };
    });
    return { ...page, items };
  }

  /** Is there a host, or: is this person one? */
  async hasHost(email?: string): Promise<boolean> {
    return this.users.hasHost(email === undefined ? null : normalizedEmail(email));
  }

  /** Makes a person who runs the installation; for its own command line, where nobody is logged in. Throws as `create`. */
  async createHost(input: Omit<NewUser, 'memberships'>): Promise<UserView> {
    const everything = { host: true, providerIds: [], merchantIds: [] };
    return this.create(everything, { ...input, memberships: [{ role: 'host', providerId: null, merchantId: null }] });
  }

  private async checkGrants(reach: Reach, grants: readonly Grant[]): Promise<void> {
    const existing = await this.providers.existing(grants.flatMap(({ providerId }) => providerId ?? []));
    const owners = await this.merchants.owners(grants.flatMap(({ merchantId }) => merchantId ?? []));
    for (const grant of grants) {
      const verdict = grantVerdict(reach, grant, {
        providerExists: grant.providerId !== null && existing.has(grant.providerId),
        merchantOwner: grant.merchantId === null ? null : (owners.get(grant.merchantId) ?? null),
      });
      if (!verdict.allowed) throw grantRefused(verdict.because);
    }
  }
}

function stateOf(hasJoined: boolean, disabledAt: Date | null): UserState {
  if (disabledAt !== null) return 'disabled';
  return hasJoined ? 'active' : 'invited';
}

function withoutRepeats(grants: readonly Grant[]): Grant[] {
  return [...new Map(grants.map((grant) => [`${grant.role} ${scopeId(grant)}`, grant])).values()];
}

function membershipOf(userId: string, grant: Grant, createdAt: Date): MembershipEntity {
  const { role, providerId, merchantId } = grant;
  return { id: newId('mem'), userId, role, providerId, merchantId, scopeId: scopeId(grant), createdAt };
}

function given({ id, role, providerId, merchantId }: GivenMembership): GivenMembership {
  return { id, role, providerId, merchantId };
}
