import { type Provider } from '@nestjs/common';
import { CoverageRepository } from './coverage.repository';
import { FetchBudget, SettingsBudget } from './fetch-budget';
import { FetchExpander } from './fetch-expander';
import { FetchPageRepository } from './fetch-page.repository';
import { FetchPlanner } from './fetch-plan.service';

/** How people ask for fetches and follow them: providers of FetchingModule. */
export const ASKING_PARTS: Provider[] = [
  { provide: FetchBudget, useClass: SettingsBudget },
  CoverageRepository,
  FetchExpander,
  FetchPageRepository,
  FetchPlanner,
];
