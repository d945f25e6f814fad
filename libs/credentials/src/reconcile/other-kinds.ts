import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { OtherKindRepository } from './other-kind.repository';

/** A mini program does not become an Official Account; a month bounds the harm of an odd answer. */
const REMEMBERED_MS = 30 * 86_400_000;

/** Remembers which listed accounts are not kept, so that INFO is not asked for each of them in every run. */
@Injectable()
export class OtherKinds {
  constructor(
    private readonly rows: OtherKindRepository,
    private readonly clock: Clock,
  ) {}

  async read(platformId: string): Promise<ReadonlySet<string>> {
    const since = new Date(this.clock.now().getTime() - REMEMBERED_MS);
    await this.rows.forget(platformId, since);
    return new Set(await this.rows.listSince(platformId, since));
  }

  async remember(platformId: string, appid: string, kind: string): Promise<void> {
    await this.rows.note({ platformId, appid, kind, toldAt: this.clock.now() });
  }
}
