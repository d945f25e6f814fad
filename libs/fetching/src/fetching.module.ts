import { CredentialsModule } from '@app/credentials';
import { configProvider, Outbox } from '@app/platform';
import { Module } from '@nestjs/common';
import { BudgetStore, BudgetViews } from './budget/budget-views.service';
import { BudgetRepository } from './budget/budget.repository';
import { Budgets } from './budget/budgets.service';
import { QuotaHintRepository } from './budget/quota-hint.repository';
import { QuotaHints } from './budget/quota-hints.service';
import { AnswerRepository } from './answering/answer.repository';
import { MissingDays } from './answering/missing-days';
import { WindowAnswers } from './answering/window-answers';
import { AccountDaysRepository } from './account-days.repository';
import { AccountGates } from './calls/account-gates';
import { AppidPauseRepository } from './calls/appid-pause.repository';
import { CallAftermath } from './calls/call-aftermath';
import { CumulateCalls } from './calls/cumulate-calls';
import { CoverageRepository } from './coverage.repository';
import { CumulateRepository } from './cumulate.repository';
import { DayMissRepository } from './day-miss.repository';
import { DayStore } from './day-store';
import { DispatchRepository } from './dispatch.repository';
import { Dispatcher } from './dispatcher.service';
import { ASKING_PARTS } from './asking/asking.parts';
import { AccountCoverages } from './asking/account-coverage';
import { AccountTimelines } from './asking/account-timelines';
import { FetchActs } from './asking/fetch-acts';
import { FetchFeeds } from './asking/fetch-feeds';
import { FetchPlanner } from './asking/fetch-plan.service';
import { FetchUpkeep } from './asking/fetch-upkeep';
import { FetchViews } from './fetch-view.service';
import { FetchRepository } from './fetch.repository';
import { FetchService } from './fetch.service';
import { FetchingConfig } from './fetching.config';
import { RoundNewsRepository } from './round-news.repository';
import { RoundPlanner } from './round-planner';
import { RoundReads } from './round-reads';
import { RoundWriter } from './round-writer';
import { SweepRepository } from './sweep.repository';
import { Arrivals, DailyArrivals } from './schedule/arrivals.service';
import { ArrivalsRepository } from './schedule/arrivals.repository';
import { Backfills } from './schedule/backfills.service';
import { DailyJoins } from './schedule/daily-joins.service';
import { DailyRuns } from './schedule/daily-runs.service';
import { Openings } from './schedule/openings';
import { Gaps } from './schedule/gaps.service';
import { Probes } from './schedule/probes.service';
import { ScheduleRepository } from './schedule/schedule.repository';
import { CountUpkeep, ScheduleSweeps } from './schedule/schedule-sweeps';
import { Schedules } from './schedule/schedules.service';
import { Sweeper } from './sweeper.service';
import { TaskResume } from './task-resume.service';
import { TaskRepository } from './task.repository';
import { TurnRepository } from './turn.repository';
import { TurnService } from './turn.service';
import { WindowCaller } from './calls/window-caller';

const SCHEDULE = [
  ...[Arrivals, ArrivalsRepository, Backfills, DailyArrivals, DailyJoins, DailyRuns, Openings],
  ...[Gaps, Probes, ScheduleRepository, Schedules, ScheduleSweeps, CountUpkeep],
];
const BUDGET = [BudgetRepository, Budgets, BudgetStore, BudgetViews, QuotaHintRepository, QuotaHints];

@Module({
  imports: [CredentialsModule],
  providers: [
    configProvider(FetchingConfig),
    ...SCHEDULE,
    ...BUDGET,
    AccountDaysRepository,
    AccountGates,
    ...[AnswerRepository, MissingDays, WindowAnswers],
    AppidPauseRepository,
    CallAftermath,
    CumulateCalls,
    CoverageRepository,
    CumulateRepository,
    ...ASKING_PARTS,
    DayMissRepository,
    DayStore,
    Dispatcher,
    DispatchRepository,
    FetchRepository,
    FetchService,
    FetchViews,
    Outbox,
    RoundNewsRepository,
    RoundPlanner,
    RoundReads,
    RoundWriter,
    Sweeper,
    SweepRepository,
    TaskRepository,
    TaskResume,
    TurnRepository,
    TurnService,
    WindowCaller,
  ],
  exports: [
    AccountCoverages,
    AccountTimelines,
    ...[CumulateRepository, Dispatcher, FetchActs, FetchFeeds, FetchPlanner, FetchService, FetchUpkeep, FetchViews],
    ...[
      FetchingConfig,
      Sweeper,
      TurnService,
      Arrivals,
      BudgetViews,
      QuotaHints,
      Schedules,
      ScheduleSweeps,
      WindowAnswers,
    ],
  ],
})
export class FetchingModule {}
