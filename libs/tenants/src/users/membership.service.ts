import { Clock, newId } from '@app/kernel';
import { Transactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Membership, type Reach, type Role } from '../role-policy';
import { heldMemberships, type MembershipRow } from './held-memberships';
import {
  deleteMembership,
  grantFacts,
  insertMembership,
  isHeldByOthers,
  lockPerson,
  type LockedPerson,
  setRole,
  shutOut,
} from './membership.repository';
import {
  endingVerdict,
  grantVerdict,
  isKept,
  MEMBERSHIPS_MOST,
  scopeId,
  seenOf,
  type Grant,
} from './membership-policy';
import { careRefused, endingRefused, grantRefused, membershipHeld, tooManyMemberships } from './user.errors';

/** A membership with what names it. */
export interface GivenMembership extends Membership {
  readonly id: string;
}

/** A person's membership that is about to change; the person's row is ours. */
interface Locked {
  readonly person: LockedPerson;
  readonly held: readonly MembershipRow[];
  readonly membership: MembershipRow;
}

/** What people may do, where: given, changed and taken away while they are here. It holds from their next request on. */
@Injectable()
export class MembershipService {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `user_not_found`, `membership_scope_invalid`, `role_not_grantable`, `provider_not_found`, `merchant_not_found`,
   * `membership_held`, `too_many_memberships`.
   */
  async give(reach: Reach, userId: string, { role, providerId, merchantId }: Grant): Promise<GivenMembership> {
    const given = { id: newId('mem'), role, providerId, merchantId };
    const row = { ...given, userId, scopeId: scopeId(given), createdAt: this.clock.now() };
    return this.transactions.run(async (manager) => {
      const { held } = await this.lock(manager, reach, userId);
      const verdict = grantVerdict(reach, given, await grantFacts(manager, given));
      if (!verdict.allowed) throw grantRefused(verdict.because);
      const same = held.find((one) => isSame(one, given));
      // A commit of unknown outcome is repeated: the row may be there.
      if (same?.id === row.id) return given;
      if (same) throw membershipHeld();
      if (held.length >= MEMBERSHIPS_MOST) throw tooManyMemberships();
      await insertMembership(manager, row);
      return given;
    });
  }

  /**
   * Another role in the same provider or merchant, under the same id. Throws `user_not_found`, `membership_not_found`,
   * `membership_scope_invalid`, `membership_held`, `last_provider_admin`.
   */
  async change(reach: Reach, userId: string, id: string, role: Role): Promise<GivenMembership> {
    return this.transactions.run(async (manager) => {
      const locked = await this.lockMembership(manager, reach, userId, id);
      const { providerId, merchantId, ownerId } = locked.membership;
      const changed = { id, role, providerId, merchantId };
      const verdict = grantVerdict(reach, changed, { providerExists: true, merchantOwner: ownerId });
      if (!verdict.allowed) throw grantRefused(verdict.because);
      if (role === locked.membership.role) return changed;
      if (locked.held.some((one) => isSame(one, changed))) throw membershipHeld();
      await this.refuseLast(manager, locked);
      await setRole(manager, id, role);
      return changed;
    });
  }

  /**
   * Who has no other is logged out everywhere. Throws `user_not_found`, `membership_not_found`, `last_provider_admin`,
   * `last_host`.
   */
  async end(reach: Reach, userId: string, id: string): Promise<void> {
    let isEnded = false;
    await this.transactions.run(async (manager) => {
      // A commit of unknown outcome is repeated: what is not there any more was ended here.
      if (isEnded && !(await heldMemberships(manager, [userId])).some((one) => one.id === id)) return;
      const locked = await this.lockMembership(manager, reach, userId, id);
      await this.refuseLast(manager, locked);
      await deleteMembership(manager, id);
      if (locked.held.length === 1) await shutOut(manager, userId, locked.person, this.clock.now());
      isEnded = true;
    });
  }

  private async lock(manager: EntityManager, reach: Reach, userId: string): Promise<Omit<Locked, 'membership'>> {
    const person = await lockPerson(manager, userId);
    const held = person ? await heldMemberships(manager, [userId]) : [];
    if (!person || (!reach.host && seenOf(reach, held).length === 0)) throw careRefused('user_not_found');
    return { person, held };
  }

  private async lockMembership(manager: EntityManager, reach: Reach, userId: string, id: string): Promise<Locked> {
    const { person, held } = await this.lock(manager, reach, userId);
    const membership = seenOf(reach, held).find((one) => one.id === id);
    if (!membership) throw endingRefused('membership_not_found');
    return { person, held, membership };
  }

  private async refuseLast(manager: EntityManager, { person, membership }: Locked): Promise<void> {
    if (!isKept(membership.role)) return;
    const facts = { canLogIn: person.canLogIn, isHeldByOthers: await isHeldByOthers(manager, membership) };
    const verdict = endingVerdict(membership.role, facts);
    if (!verdict.allowed) throw endingRefused(verdict.because);
  }
}

function isSame(one: Membership, { role, providerId, merchantId }: Grant): boolean {
  return one.role === role && one.providerId === providerId && one.merchantId === merchantId;
}
