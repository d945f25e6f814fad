import { BudgetViews, Schedules } from '@app/fetching';
import { type Reach } from '@app/tenants';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReach, Requires } from '../access';
import { accountBudgetDto, platformBudgetDto, type AccountBudgetDto, type PlatformBudgetDto } from './budgets.dto';
import { scheduleChange, scheduleDto, ScheduleInput, type ScheduleDto } from './schedules.dto';

@ApiTags('platforms')
@Controller('api/v1/platforms')
export class SchedulesController {
  constructor(
    private readonly schedules: Schedules,
    private readonly budgets: BudgetViews,
  ) {}

  /** What is fetched by itself, and when. */
  @Get(':id/schedule')
  @Requires('platform:read')
  async get(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<ScheduleDto> {
    return scheduleDto(await this.schedules.get(reach, id));
  }

  /** Holds from the next run on; a day that had its run gets no second one. */
  @Put(':id/schedule')
  @Requires('platform:write')
  async put(@CurrentReach() reach: Reach, @Param('id') id: string, @Body() body: ScheduleInput): Promise<ScheduleDto> {
    return scheduleDto(await this.schedules.change(reach, id, scheduleChange(body)));
  }

  /** Calls made today on the platform, and how many may be. */
  @Get(':id/budget')
  @Requires('platform:read')
  async budget(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<PlatformBudgetDto> {
    return platformBudgetDto(await this.budgets.ofPlatform(reach, id));
  }
}

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountBudgetController {
  constructor(private readonly budgets: BudgetViews) {}

  /** Calls made today for the account's appid, and how many may be. */
  @Get(':id/budget')
  @Requires('account:read')
  async budget(@CurrentReach() reach: Reach, @Param('id') id: string): Promise<AccountBudgetDto> {
    return accountBudgetDto(await this.budgets.ofAccount(reach, id));
  }
}
