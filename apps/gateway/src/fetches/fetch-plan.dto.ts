import { TIME_LIMITS, type FetchPlan } from '@app/fetching';
import { ApiProperty } from '@nestjs/swagger';
import { type Language } from '../problem';
import { RefusalDto, refusalDtos } from './fetch-answers.dto';

export class FetchTimeDto {
  seconds: number;
  /** ISO 8601, UTC. */
  endsAt: string;
  /** What the time comes from: the pace of calls, or a budget that ends before the calls do and begins anew at midnight. */
  @ApiProperty({ enum: TIME_LIMITS })
  because: FetchPlan['time']['because'];
}

export class FetchBudgetDto {
  /** Calls for one appid a day; null: as many as WeChat allows. */
  appidCalls: number | null;
  /** Calls for all appids of the platform a day; null: no limit. */
  platformCalls: number | null;
  /** Of those, used today. */
  platformUsed: number;
  /** Calls under way at once, at most one an appid. */
  callsAtOnce: number;
  msPerCall: number;
}

/** What a fetch would do. */
export class FetchPlanDto {
  dryRun: boolean;
  /** More than 2,000 accounts, or very many days: some accounts were looked at and stand for all. */
  estimated: boolean;
  accounts: number;
  windows: number;
  calls: number;
  /** The first accounts the gate refuses, at most 100. */
  refusals: RefusalDto[];
  /** How many accounts it refuses, by reason. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { set_missing: 3 } })
  refused: Record<string, number>;
  /** At today's budget, when nothing else is asked. */
  time: FetchTimeDto;
  budget: FetchBudgetDto;
}

export function planDto({ refused, time, ...plan }: FetchPlan, language: Language): FetchPlanDto {
  const refusals = refusalDtos(refused, language);
  return { dryRun: true, ...plan, ...refusals, time: { ...time, endsAt: time.endsAt.toISOString() } };
}
