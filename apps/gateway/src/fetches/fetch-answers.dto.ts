import { FETCH_KINDS, FETCH_STATES, TASK_STATES, type FetchView, type Refusals, type TaskRow } from '@app/fetching';
import { ApiProperty } from '@nestjs/swagger';
import { iso, WechatAnswerDto, wechatAnswer } from '../http';
import { type Language } from '../problem';

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

/** A fetch and how far it came. */
export class FetchDto {
  id: string;
  /** Who or what wants it: a person, the daily cycle, a new account's history, a look at days before its first data. */
  @ApiProperty({ enum: FETCH_KINDS })
  kind: FetchView['kind'];
  /** The one merchant it is for; null when it is for several. */
  merchantId: string | null;
  /** What was asked for, as JSON text of at most 4,000 characters. */
  scope: string;
  /** First and last day, YYYY-MM-DD in Asia/Shanghai. */
  from: string;
  to: string;
  refetch: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
  cancelledAt: string | null;
  @ApiProperty({ enum: FETCH_STATES })
  state: FetchView['state'];
  /** Accounts are still getting their tasks: the counts grow. */
  expanding: boolean;
  /** Tasks by state; states without one are left out. */
  @ApiProperty({ ...COUNTS, example: { done: 12, waiting_data: 1 } })
  tasks: Record<string, number>;
  /** Calls made so far. */
  calls: number;
}

export class FetchPageDto {
  /** The newest first. */
  items: FetchDto[];
  nextCursor: string | null;
}

export class RefusalDto {
  account: string;
  appid: string;
  because: string;
  /** What the merchant must do, in the language asked for. */
  message: string;
}

export class AcceptedFetchDto extends FetchDto {
  /** The first accounts the gate refuses, at most 100; their tasks go on by themselves when it opens. */
  refusals: RefusalDto[];
  /** How many accounts it refuses, by reason; of a fetch that is still expanding, among its first 1,000. */
  @ApiProperty({ ...COUNTS, example: { set_missing: 3 } })
  refused: Record<string, number>;
}

export class TaskDto {
  account: string;
  appid: string;
  @ApiProperty({ enum: TASK_STATES })
  state: TaskRow['state'];
  because: string | null;
  /** ISO 8601, UTC. */
  nextAttemptAt: string;
  endedAt: string | null;
  /** Calls made for it. */
  calls: number;
  /** WeChat's last errcode. */
  wechat: WechatAnswerDto | null;
}

export class TaskPageDto {
  items: TaskDto[];
  nextCursor: string | null;
}

export function fetchDto(view: FetchView): FetchDto {
  return fields(view);
}

export function acceptedDto(view: FetchView, refused: Refusals, language: Language): AcceptedFetchDto {
  return { ...fields(view), ...refusalDtos(refused, language) };
}

export function refusalDtos(
  { named, counts }: Refusals,
  language: Language,
): Pick<AcceptedFetchDto, 'refusals' | 'refused'> {
  return { refusals: named.map((one) => ({ ...one, message: one.message[language] })), refused: { ...counts } };
}

export function taskDto(task: TaskRow, language: Language): TaskDto {
  const { accountId: account, appid, state, because, calls, nextAttemptAt, endedAt, errcode, rid } = task;
  return {
    ...{ account, appid, state, because, calls, nextAttemptAt: nextAttemptAt.toISOString() },
    ...{ endedAt: iso(endedAt), wechat: wechatAnswer(errcode, rid, language) },
  };
}

function fields({ createdAt, cancelledAt, ...rest }: FetchView): Omit<FetchView, 'createdAt' | 'cancelledAt'> & {
  createdAt: string;
  cancelledAt: string | null;
} {
  return { ...rest, createdAt: createdAt.toISOString(), cancelledAt: iso(cancelledAt) };
}
