import { ApiProperty } from '@nestjs/swagger';
import { type DoctorReport, type FindingLevel } from '@app/credentials';
import { type Language } from '../problem';

const LEVELS: readonly FindingLevel[] = ['ok', 'notice', 'unknown', 'warning', 'problem'];

/** One check's result; texts are in the language asked for. */
export class FindingDto {
  /** Stable, such as `ip_white_list`. */
  check: string;
  /** Stable, such as `ip_white_list_not_listed`. */
  code: string;
  /** `unknown`: the check could not run. */
  @ApiProperty({ enum: LEVELS })
  level: FindingLevel;
  /** What was seen, with figures. */
  what: string;
  /** Why it matters. */
  why: string;
  /** What to do; null when nothing is. */
  action: string | null;
}

export class DoctorReportDto {
  /** The platform's id. */
  platform: string;
  appid: string;
  /** The worst level of all findings. */
  @ApiProperty({ enum: LEVELS })
  level: FindingLevel;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** ISO 8601, UTC. */
  finishedAt: string;
  findings: FindingDto[];
}

export function doctorReportDto(report: DoctorReport, language: Language): DoctorReportDto {
  const { platformId: platform, appid, level, startedAt, finishedAt } = report;
  const findings = report.findings.map((found) => ({
    check: found.check,
    code: found.code,
    level: found.level,
    what: found.what[language],
    why: found.why[language],
    action: found.action?.[language] ?? null,
  }));
  return { platform, appid, level, startedAt, finishedAt, findings };
}
