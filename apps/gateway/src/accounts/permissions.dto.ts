import { ApiProperty } from '@nestjs/swagger';
import { type PermissionsView } from '@app/credentials';
import { OpaqueId } from '../http';
import { type Language } from '../problem';

export class AssignAccountDto {
  /** A merchant of the account's provider. */
  @OpaqueId('mer')
  merchant: string;
}

export class GrantedSetDto {
  /** The permission set's number; 2 is user management. */
  id: number;
  name: string;
  /** ISO 8601, UTC. */
  grantedAt: string;
}

export class PermissionChangeDto {
  id: number;
  name: string;
  @ApiProperty({ enum: ['granted', 'withdrawn'] })
  change: string;
  /** Where it was learnt: the browser's redirect, WeChat's push, the account's details, or the list of accounts. */
  @ApiProperty({ enum: ['redirect', 'push', 'info', 'list'] })
  source: string;
  /** The invite the authorization came through, when there was one. */
  invite: string | null;
  at: string;
}

export class PermissionsDto {
  current: GrantedSetDto[];
  /** The newest first. */
  items: PermissionChangeDto[];
  nextCursor: string | null;
}

export function permissionsDto(view: PermissionsView, language: Language): PermissionsDto {
  return {
    current: view.current.map(({ setId, name, grantedAt }) => ({
      id: setId,
      name: name[language],
      grantedAt: grantedAt.toISOString(),
    })),
    items: view.items.map(({ setId, name, changeKind, source, inviteId, changedAt }) => ({
      ...{ id: setId, name: name[language], change: changeKind, source, invite: inviteId },
      at: changedAt.toISOString(),
    })),
    nextCursor: view.nextCursor,
  };
}
