import { CredentialsModule } from '@app/credentials';
import { configProvider } from '@app/platform';
import { Module } from '@nestjs/common';
import { AccountGates } from './calls/account-gates';
import { AppidPauseRepository } from './calls/appid-pause.repository';
import { CallAftermath } from './calls/call-aftermath';
import { CumulateCalls } from './calls/cumulate-calls';
import { CumulateRepository } from './cumulate.repository';
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
    AccountGates,
    AppidPauseRepository,
    CallAftermath,
    CumulateCalls,
    CumulateRepository,
    ...ASKING_PARTS,
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
  exports: [
    AccountCoverages,
    AccountTimelines,
    CumulateRepository,
    Dispatcher,
    FetchActs,
    FetchFeeds,
    FetchPlanner,
    FetchService,
    FetchUpkeep,
    FetchViews,
    FetchingConfig,
    Sweeper,
    TaskResume,
    TurnService,
  ],
})
export class FetchingModule {}
