import { minuteOfDay, timeOfDay, type ScheduleChange, type ScheduleView } from '@app/fetching';
import { Type } from 'class-transformer';
import { IsBoolean, IsObject, Matches, ValidateNested } from 'class-validator';
import { iso } from '../http';

/** 08:05 to 23:59. */
const TIME_OF_DAY = /^(08:(0[5-9]|[1-5]\d)|09:[0-5]\d|(1\d|2[0-3]):[0-5]\d)$/;

export class DailyScheduleInput {
  @IsBoolean()
  enabled: boolean;

  /** HH:MM in Asia/Shanghai, 08:05 to 23:59: WeChat has yesterday's numbers after 08:00. */
  @Matches(TIME_OF_DAY, {
    message: 'must be a time from 08:05 to 23:59, HH:MM in Beijing|必须是 08:05 至 23:59 之间的北京时间，格式为 HH:MM',
  })
  at: string;
}

export class BackfillScheduleInput {
  @IsBoolean()
  enabled: boolean;
}

export class ScheduleInput {
  @IsObject()
  @ValidateNested()
  @Type(() => DailyScheduleInput)
  daily: DailyScheduleInput;

  @IsObject()
  @ValidateNested()
  @Type(() => BackfillScheduleInput)
  backfill: BackfillScheduleInput;
}

export class DailyScheduleDto {
  enabled: boolean;
  /** False when it is switched off here or for the whole installation. */
  active: boolean;
  /** HH:MM in Asia/Shanghai. */
  at: string;
}

export class BackfillScheduleDto {
  enabled: boolean;
  active: boolean;
}

export class ScheduleRunDto {
  /** ISO 8601, UTC. */
  dueAt: string;
  /** The fetch it made. */
  fetch: string | null;
}

/** What a platform has done by itself: the last 7 days of every account each morning, the history of each new one. */
export class ScheduleDto {
  daily: DailyScheduleDto;
  backfill: BackfillScheduleDto;
  lastRun: ScheduleRunDto | null;
  /** Null while the daily run is not active. */
  nextRunAt: string | null;
}

export function scheduleChange({ daily, backfill }: ScheduleInput): ScheduleChange {
  return {
    daily: { enabled: daily.enabled, minuteOfDay: minuteOfDay(daily.at) },
    backfill: { enabled: backfill.enabled },
  };
}

export function scheduleDto({ daily, backfill, lastRun, nextRunAt }: ScheduleView): ScheduleDto {
  return {
    daily: { enabled: daily.enabled, active: daily.active, at: timeOfDay(daily.minuteOfDay) },
    backfill,
    lastRun: lastRun && { dueAt: lastRun.dueAt.toISOString(), fetch: lastRun.fetchId },
    nextRunAt: iso(nextRunAt),
  };
}
