import { type Provider } from '@nestjs/common';
import { CountedBudget } from '../budget/counted-budget';
import { AccountCoverages } from './account-coverage';
import { AccountTimelines } from './account-timelines';
import { DaySpansRepository } from './day-spans.repository';
import { FetchActRepository } from './fetch-act.repository';
import { FetchActs } from './fetch-acts';
import { FetchBudget } from './fetch-budget';
import { FetchEndRepository } from './fetch-end.repository';
import { FetchEndings } from './fetch-endings';
import { FetchExpander } from './fetch-expander';
import { FetchFeeds } from './fetch-feeds';
import { FetchPageRepository } from './fetch-page.repository';
import { FetchPlanner } from './fetch-plan.service';
import { FetchPruneRepository } from './fetch-prune.repository';
import { FetchPruner } from './fetch-pruner';
import { FetchUpkeep } from './fetch-upkeep';
import { TimelineRepository } from './timeline.repository';

/** How people ask for fetches and follow them: providers of FetchingModule. */
export const ASKING_PARTS: Provider[] = [
  { provide: FetchBudget, useClass: CountedBudget },
  AccountCoverages,
  AccountTimelines,
  DaySpansRepository,
  FetchActRepository,
  FetchActs,
  FetchEndRepository,
  FetchEndings,
  FetchExpander,
  FetchFeeds,
  FetchPageRepository,
  FetchPlanner,
  FetchPruneRepository,
  FetchPruner,
  FetchUpkeep,
  TimelineRepository,
];
