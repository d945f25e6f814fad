import { type Provider } from '@nestjs/common';
import { AccountCoverages } from './account-coverage';
import { AccountTimelines } from './account-timelines';
import { CoverageRepository } from './coverage.repository';
import { FetchActRepository } from './fetch-act.repository';
import { FetchActs } from './fetch-acts';
import { FetchBudget, SettingsBudget } from './fetch-budget';
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
  { provide: FetchBudget, useClass: SettingsBudget },
  AccountCoverages,
  AccountTimelines,
  CoverageRepository,
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
