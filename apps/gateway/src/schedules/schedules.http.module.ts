import { FetchingModule } from '@app/fetching';
import { Module } from '@nestjs/common';
import { AccountBudgetController, SchedulesController } from './schedules.controller';

@Module({ imports: [FetchingModule], controllers: [SchedulesController, AccountBudgetController] })
export class SchedulesHttpModule {}
