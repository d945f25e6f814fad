import { TIMELINE_KINDS, type TimelineEntry } from '@app/fetching';
import { permissionSetName } from '@app/wechat';
import { ApiProperty } from '@nestjs/swagger';
import { WechatAnswerDto, wechatAnswer } from '../http';
import { type Language } from '../problem';

export class TimelinePermissionDto {
  /** The permission set's number; 2 is user management. */
  set: number;
  name: string;
  @ApiProperty({ enum: ['granted', 'withdrawn'] })
  change: string;
  /** Where it was learnt. */
  @ApiProperty({ enum: ['redirect', 'push', 'info', 'list'] })
  source: string;
}

export class TimelineCallDto {
  /** The window that was asked: first and last day, YYYY-MM-DD. */
  from: string;
  to: string;
  /** `answered`, `unclear` (something of the answer was not as documented), `error`. */
  outcome: string;
  /** Days the answer brought. */
  rows: number;
  ms: number;
  rid: string | null;
  /** Null when WeChat answered without an errcode, or did not answer. */
  wechat: WechatAnswerDto | null;
  /** The first call the log knows. */
  first: boolean;
}

export class TimelineRevisionDto {
  /** YYYY-MM-DD. */
  day: string;
  /** Followers before and after. */
  old: number | null;
  new: number | null;
  reason: string;
}

export class TimelineEntryDto {
  /** ISO 8601, UTC. */
  at: string;
  @ApiProperty({ enum: TIMELINE_KINDS })
  kind: TimelineEntry['kind'];
  permission: TimelinePermissionDto | null;
  call: TimelineCallDto | null;
  revision: TimelineRevisionDto | null;
}

export class TimelineDto {
  /** The newest first. */
  items: TimelineEntryDto[];
  nextCursor: string | null;
}

export function timelineEntryDto(entry: TimelineEntry, language: Language): TimelineEntryDto {
  return {
    ...{ at: entry.at.toISOString(), kind: entry.kind, permission: null, call: null, revision: null },
    ...detail(entry, language),
  };
}

function detail(entry: TimelineEntry, language: Language): Partial<TimelineEntryDto> {
  switch (entry.kind) {
    case 'authorized':
    case 'revoked':
      return {};
    case 'permission': {
      const { setId: set, change, source } = entry;
      return { permission: { set, name: permissionSetName(set)[language], change, source } };
    }
    case 'call': {
      const { from, to, outcome, rows, ms, rid, errcode, isFirst: first } = entry;
      return { call: { from, to, outcome, rows, ms, rid, first, wechat: wechatAnswer(errcode, rid, language) } };
    }
    case 'revision': {
      const { day, oldUser, newUser, reason } = entry;
      return { revision: { day, old: oldUser, new: newUser, reason } };
    }
  }
}
