import { AppidPauseEntity } from './appid-pause.entity';
import { CallCountEntity } from './budget/call-count.entity';
import { QuotaHintEntity } from './budget/quota-hint.entity';
import { CumulateRevisionEntity } from './cumulate-revision.entity';
import { DailyCumulateEntity } from './daily-cumulate.entity';
import { DayMissEntity } from './day-miss.entity';
import { FetchCallEntity } from './fetch-call.entity';
import { FetchTaskEntity } from './fetch-task.entity';
import { FetchEntity } from './fetch.entity';
import { runFetchTurn } from './fetching.jobs';
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
export const fetchingQueues = [runFetchTurn.queue];
export { runFetchTurn };
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
export { TASK_STATES } from './task-states';
export { TaskResume } from './task-resume.service';
export { TurnService } from './turn.service';
export { requestedRange, type DayRange } from './window-policy';
