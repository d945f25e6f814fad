import { CredentialsModule } from '@app/credentials';
import { configProvider } from '@app/platform';
import { Module } from '@nestjs/common';
import { AccountDaysRepository } from './account-days.repository';
import { AccountGates } from './calls/account-gates';
import { AppidPauseRepository } from './calls/appid-pause.repository';
import { CallAftermath } from './calls/call-aftermath';
import { CumulateCalls } from './calls/cumulate-calls';
import { CoverageRepository } from './coverage.repository';
import { CumulateRepository } from './cumulate.repository';
import { DayMissRepository } from './day-miss.repository';
import { DispatchRepository } from './dispatch.repository';
import { Dispatcher } from './dispatcher.service';
import { FetchViews } from './fetch-view.service';
import { FetchRepository } from './fetch.repository';
import { FetchService } from './fetch.service';
import { FetchingConfig } from './fetching.config';
import { RoundPlanner } from './round-planner';
import { SweepRepository } from './sweep.repository';
import { Sweeper } from './sweeper.service';
import { TaskResume } from './task-resume.service';
import { TaskRepository } from './task.repository';
import { TurnRepository } from './turn.repository';
import { TurnService } from './turn.service';
import { WindowCaller } from './calls/window-caller';

@Module({
  imports: [CredentialsModule],
  providers: [
    configProvider(FetchingConfig),
    AccountDaysRepository,
    AccountGates,
    AppidPauseRepository,
    CallAftermath,
    CumulateCalls,
    CoverageRepository,
    CumulateRepository,
    DayMissRepository,
    Dispatcher,
    DispatchRepository,
    FetchRepository,
    FetchService,
    FetchViews,
    RoundPlanner,
    Sweeper,
    SweepRepository,
    TaskRepository,
    TaskResume,
    TurnRepository,
    TurnService,
    WindowCaller,
  ],
  exports: [CumulateRepository, Dispatcher, FetchService, FetchViews, FetchingConfig, Sweeper, TaskResume, TurnService],
})
export class FetchingModule {}
