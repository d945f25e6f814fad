import { type Answer } from './answer';

/** A permission set the merchant granted. What the account's type can do with it is another question (48001). */
export interface GrantedSet {
  readonly id: number;
  /** Undocumented flags, kept as sent; nothing is decided by them. */
  readonly confirmInfo: ConfirmInfo | null;
}

export interface ConfirmInfo {
  readonly needConfirm: number | null;
  readonly alreadyConfirm: number | null;
  readonly canConfirm: number | null;
}

export type AccountKind = 'official_account' | 'mini_program' | 'channels' | 'store' | 'talent' | 'supplier';

export interface AccountProfile {
  readonly appid: string;
  readonly nickName: string;
  readonly headImg: string;
  readonly principalName: string;
  /** `gh_…`, the id that messages use. */
  readonly userName: string;
  readonly alias: string;
  readonly kind: AccountKind;
  /** 0 subscription account, 1 upgraded subscription account, 2 service account; null when not told. */
  readonly serviceType: number | null;
  /** -1 not verified, 0 verified by WeChat, 1–5 verified in other ways; null when not told. */
  readonly verifyType: number | null;
  /** 1 normal, 14 cancelled, 16 banned, 18 warned, 19 frozen; null when not told. */
  readonly accountStatus: number | null;
}

/** WeChat names no type: the section that is present tells it. */
const KIND_SECTIONS: readonly (readonly [string, AccountKind])[] = [
  ['MiniProgramInfo', 'mini_program'],
  ['channels_info', 'channels'],
  ['store_info', 'store'],
  ['talent_info', 'talent'],
  ['supplier_info', 'supplier'],
];

/** Reads `authorizer_info` of api_get_authorizer_info. */
export function readAccountProfile(info: Answer, appid: string): AccountProfile {
  return {
    appid,
    nickName: info.optionalText('nick_name'),
    headImg: info.optionalText('head_img'),
    principalName: info.optionalText('principal_name'),
    userName: info.optionalText('user_name'),
    alias: info.optionalText('alias'),
    kind: KIND_SECTIONS.find(([section]) => info.has(section))?.[1] ?? 'official_account',
    serviceType: info.optionalObject('service_type_info')?.optionalWhole('id') ?? null,
    verifyType: info.optionalObject('verify_type_info')?.optionalWhole('id') ?? null,
    accountStatus: info.optionalWhole('account_status'),
  };
}

/** Ids beyond 16 bits are noise: no store is made for them. */
const LARGEST_SET = 65_535;

/**
 * Reads `func_info`, each set once. An entry without a usable id is left out: what is not clear is not granted. Null when
 * there is no list at all: that says nothing, and takes nothing away.
 */
export function readGrantedSets(authorization: Answer): readonly GrantedSet[] | null {
  if (!authorization.isList('func_info')) return null;
  const sets = new Map<number, GrantedSet>();
  for (const item of authorization.optionalObjects('func_info')) {
    const id = item.optionalObject('funcscope_category')?.optionalWhole('id') ?? 0;
    if (id > 0 && id <= LARGEST_SET)
      sets.set(id, { id, confirmInfo: readConfirmInfo(item.optionalObject('confirm_info')) });
  }
  return [...sets.values()];
}

function readConfirmInfo(info: Answer | null): ConfirmInfo | null {
  if (info === null) return null;
  return {
    needConfirm: info.optionalWhole('need_confirm'),
    alreadyConfirm: info.optionalWhole('already_confirm'),
    canConfirm: info.optionalWhole('can_confirm'),
  };
}
