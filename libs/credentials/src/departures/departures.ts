import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type AccountRow } from '../accounts/account.repository';
import { arrivalVerdict, type Arrival } from './departure-policy';
import { merchantLeft, purgeUnderWay } from './departure.errors';
import { DepartureRepository } from './departure.repository';

type Place = Pick<AccountRow, 'platformId' | 'appid'>;

/** Keeps accounts out whose merchant left, until somebody authorizes them anew. */
@Injectable()
export class Departures {
  constructor(private readonly rows: DepartureRepository) {}

  /** Those that are neither adopted nor repaired. */
  among(platformId: string, appids: Iterable<string>): Promise<ReadonlySet<string>> {
    return this.rows.among(platformId, appids);
  }

  /** Without looking whether it is still on its way out. */
  async isKeptOut(place: Place, arrival: Arrival): Promise<boolean> {
    const leftAt = await this.rows.leftAt(place);
    return leftAt !== null && !arrivalVerdict(leftAt, arrival).admitted;
  }

  async isGone(place: Place, manager?: EntityManager): Promise<boolean> {
    return (await this.rows.leftAt(place, manager)) !== null;
  }

  /**
   * Lets an account in that the caller's transaction just made, or holds: a purge that removes its row is over then, or waits.
   * Throws `merchant_left`, `purge_under_way`.
   */
  async admit(manager: EntityManager, account: Place & { readonly isNew: boolean }, arrival: Arrival): Promise<void> {
    const leftAt = await this.rows.leftAt(account, manager);
    if (leftAt === null) return;
    if (!arrivalVerdict(leftAt, arrival).admitted) throw merchantLeft();
    if (!account.isNew) throw purgeUnderWay();
    await this.rows.forget(manager, account);
  }
}
