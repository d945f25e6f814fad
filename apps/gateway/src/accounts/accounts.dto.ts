import { ApiProperty } from '@nestjs/swagger';
import { GATE_REFUSALS, type AccountState, type AccountView, type GateRefusal } from '@app/credentials';
import { Matches } from 'class-validator';
import { OpaqueId, PageQuery, WholeNumber, Optional } from '../http';
import { type Language } from '../problem';

export class AccountsQuery extends PageQuery {
  @Optional()
  @Matches(/^[A-Za-z0-9_-]{1,32}$/)
  appid?: string;

  @Optional()
  @OpaqueId('plt')
  platform?: string;

  @Optional()
  @OpaqueId('mer')
  merchant?: string;

  /** Only accounts that were not granted this permission set; 2 is user management. */
  @Optional()
  @WholeNumber(1, 65_535)
  lacks?: number;
}

export class GateDto {
  /** May data be fetched for this account? */
  open: boolean;
  @ApiProperty({ enum: GATE_REFUSALS, required: false })
  because?: GateRefusal;
  /** What the merchant must do, in the language asked for. */
  message?: string;
}

export class AccountDto {
  id: string;
  appid: string;
  name: string;
  platform: string;
  /** Null for an account that authorized without an invite. */
  merchant: string | null;
  kind: string;
  @ApiProperty({ enum: ['authorized', 'revoked', 'incomplete'] })
  state: AccountState;
  /** Null until WeChat told. */
  verified: boolean | null;
  /** Ids of the granted permission sets; 2 is user management. */
  permissionSets: number[];
  gate: GateDto;
  /** ISO 8601, UTC. */
  authorizedAt: string;
  /** First day with data (YYYY-MM-DD), null until known. */
  dataFrom: string | null;
  /** Day up to which every day is stored (YYYY-MM-DD), null until known. */
  completeTo: string | null;
}

export class AccountPageDto {
  items: AccountDto[];
  nextCursor: string | null;
}

export function accountDto(account: AccountView, language: Language): AccountDto {
  const { verdict } = account;
  return {
    id: account.publicId,
    appid: account.appid,
    name: account.nickName,
    platform: account.platformId,
    merchant: account.merchantId,
    kind: account.kind,
    state: account.state,
    verified: account.verified,
    permissionSets: [...account.gate.setIds],
    gate: verdict.open ? { open: true } : { open: false, because: verdict.because, message: verdict.message[language] },
    authorizedAt: account.authorizedAt.toISOString(),
    dataFrom: account.dataFrom,
    completeTo: account.completeTo,
  };
}
