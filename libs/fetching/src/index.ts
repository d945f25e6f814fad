import { type JobContract } from '@app/platform';
import { AppidPauseEntity } from './appid-pause.entity';
import { CallCountEntity } from './budget/call-count.entity';
import { QuotaHintEntity } from './budget/quota-hint.entity';
import { CumulateRevisionEntity } from './cumulate-revision.entity';
import { DailyCumulateEntity } from './daily-cumulate.entity';
import { DayMissEntity } from './day-miss.entity';
import { FetchCallEntity } from './fetch-call.entity';
import { FetchTaskEntity } from './fetch-task.entity';
import { FetchEntity } from './fetch.entity';
import { FETCH_TURNS, readQuotaHint, runAskedTurn, runFetchTurn } from './fetching.jobs';
import { ScheduleRunEntity } from './schedule/schedule-run.entity';
import { ScheduleEntity } from './schedule/schedule.entity';

export const fetchingEntities = [
  FetchEntity,
  FetchTaskEntity,
  FetchCallEntity,
  DailyCumulateEntity,
  CumulateRevisionEntity,
  DayMissEntity,
  AppidPauseEntity,
  CallCountEntity,
  QuotaHintEntity,
  ScheduleEntity,
  ScheduleRunEntity,
];
export const fetchingQueues = FETCH_TURNS.map(({ queue }) => queue);
export const fetchingJobs: JobContract<never>[] = [...FETCH_TURNS, readQuotaHint];
export { readQuotaHint, runAskedTurn, runFetchTurn };
export { turnsOf } from './dispatch-policy';
export { type Used } from './budget/budget-policy';
export { BudgetViews, type AccountBudget, type PlatformBudget } from './budget/budget-views.service';
export { QuotaHints } from './budget/quota-hints.service';
export { Arrivals } from './schedule/arrivals.service';
export { minuteOfDay, timeOfDay } from './schedule/schedule-policy';
export { ScheduleSweeps } from './schedule/schedule-sweeps';
export { WindowAnswers } from './answering/window-answers';
export { Schedules, type ScheduleChange, type ScheduleView } from './schedule/schedules.service';
export { DAY_STATE } from './daily-cumulate.entity';
export { Dispatcher } from './dispatcher.service';
export { AccountCoverages, type AccountCoverage } from './asking/account-coverage';
export { AccountTimelines, type TimelineEntry } from './asking/account-timelines';
export { DAY_STATES, type DayState } from './asking/coverage-policy';
export { TIMELINE_KINDS } from './asking/timeline-policy';
export { FetchActs } from './asking/fetch-acts';
export { FetchFeeds, type FetchProgress } from './asking/fetch-feeds';
export { progressId, progressOf } from './asking/fetch-progress';
export { FetchUpkeep } from './asking/fetch-upkeep';
export { FetchPlanner, type FetchPlan } from './asking/fetch-plan.service';
export { TIME_LIMITS } from './asking/fetch-time-policy';
export { type Refusals } from './asking/fetch-refusals';
export { FETCH_STATES, type FetchView } from './fetch-view-policy';
export { FETCH_KINDS } from './new-fetch';
export { FetchViews } from './fetch-view.service';
export { type TaskRow } from './fetch.repository';
export { FetchService } from './fetch.service';
export { tooManyStreams } from './fetching.errors';
export { FetchingConfig } from './fetching.config';
export { FetchingModule } from './fetching.module';
export { Sweeper } from './sweeper.service';
export { LANE, TASK_STATES } from './task-states';
export { TurnService } from './turn.service';
export { requestedRange, type DayRange } from './window-policy';
export { FetchingExport } from './fetching-export';
export { fetchingRemains } from './fetching-remains';
export { fetchingRefusals } from './fetching.refusals';
