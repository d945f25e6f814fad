import { Injectable } from '@nestjs/common';
import { FetchActs } from './fetch-acts';
import { FetchEndings } from './fetch-endings';
import { FetchExpander } from './fetch-expander';
import { FetchPruner } from './fetch-pruner';

/** What workers do to fetches as a whole, from time to time. */
@Injectable()
export class FetchUpkeep {
  constructor(
    readonly expander: FetchExpander,
    readonly acts: FetchActs,
    readonly endings: FetchEndings,
    readonly pruner: FetchPruner,
  ) {}
}
