import { ApiProperty } from '@nestjs/swagger';
import { REASON_TEXTS, type Finding, type RunView } from '@app/credentials';
import { IsBoolean } from 'class-validator';
import { iso, Optional } from '../http';
import { type Language } from '../problem';

export class StartReconcileDto {
  /** Tells what would be done and changes nothing. */
  @Optional()
  @IsBoolean()
  dryRun?: boolean;
}

/** Numbers of accounts, and of calls made. In a dry run: of accounts that would be. */
export class ReconcileCountsDto {
  listed: number;
  stored: number;
  /** Both sides agree. */
  inOrder: number;
  repaired: number;
  restored: number;
  adopted: number;
  /** WeChat was asked for the account's details, which decide. */
  asked: number;
  /** Of those, authorizations that WeChat does not know any more. */
  ended: number;
  flagged: number;
  leftAlone: number;
  failed: number;
  listCalls: number;
  infoCalls: number;
}

export class ReconcileErrorDto {
  code: string;
  message: string | null;
  /** To quote to WeChat. */
  rid: string | null;
}

export class FindingDto {
  appid: string;
  /** Null while the account is unknown here. */
  account: string | null;
  @ApiProperty({ enum: ['repair', 'restore', 'adopt', 'ask', 'flag', 'leave'] })
  action: string;
  @ApiProperty({ enum: Object.keys(REASON_TEXTS) })
  because: string;
  message: string;
  @ApiProperty({ enum: ['planned', 'done', 'left_alone', 'ended', 'kept', 'not_kept', 'failed'] })
  outcome: string;
}

class RunFieldsDto {
  id: string;
  platform: string;
  @ApiProperty({ enum: ['schedule', 'demand', 'recovery'] })
  cause: string;
  /** The user who asked for it. */
  askedBy: string | null;
  dryRun: boolean;
  @ApiProperty({ enum: ['waiting', 'running', 'done', 'partial', 'failed'] })
  state: string;
  /** ISO 8601, UTC. */
  dueAt: string;
  /** When it is tried next; null unless it waits. */
  tryAt: string | null;
  attempts: number;
  startedAt: string | null;
  endedAt: string | null;
  counts: ReconcileCountsDto;
  /** Why it failed, waits, or is partial. */
  @ApiProperty({ type: ReconcileErrorDto, nullable: true })
  error: ReconcileErrorDto | null;
}

export class ReconcileDto extends RunFieldsDto {
  findings: FindingDto[];
}

export class ReconcilePageDto {
  items: RunFieldsDto[];
  nextCursor: string | null;
}

export function runDto(run: RunView, language: Language): RunFieldsDto {
  const { id, cause, askedBy, dryRun, state, attempts, counts, error } = run;
  return {
    ...{ id, platform: run.platformId, cause, askedBy, dryRun, state, attempts, counts },
    dueAt: run.dueAt.toISOString(),
    tryAt: iso(run.tryAt),
    startedAt: iso(run.startedAt),
    endedAt: iso(run.endedAt),
    error: error && { code: error.code, message: error.text?.[language] ?? null, rid: error.rid },
  };
}

export function reconcileDto(run: RunView, findings: readonly Finding[], language: Language): ReconcileDto {
  return Object.assign(runDto(run, language), {
    findings: findings.map((finding) => ({ ...finding, message: REASON_TEXTS[finding.because][language] })),
  });
}
