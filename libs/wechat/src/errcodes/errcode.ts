import { type Bilingual } from '@app/kernel';

/** What an errcode asks of the caller. */
export type ErrcodeClass =
  /** WeChat is busy: ask again, with jitter. */
  | 'retry_soon'
  /** The token (or refresh token) is dead: get a fresh one and repeat once. */
  | 'refresh_credential'
  /** The data is not computed yet. */
  | 'wait_for_data'
  /** A quota is used up or a block is on: wait as long as `pause` says. */
  | 'quota_wait'
  /** The account lacks the permission or the standing; a person at the merchant must act. */
  | 'permission_lost'
  /** The merchant took the authorization back. */
  | 'authorization_revoked'
  /** The provider's platform is set up wrongly; a person at the provider must act. */
  | 'platform_misconfigured'
  /** The request itself is wrong; the same request fails again. */
  | 'caller_error'
  /** Not in the catalogue (or 0, which is no error). */
  | 'unknown';

/** How a call proves who it is: component token, account token, or the platform's AppSecret itself. */
export type CallSide = 'component' | 'authorizer' | 'secret';

/** How long to leave the call alone. `until_midnight` is the next 00:00 in Shanghai, when WeChat resets day quotas. */
export type ErrcodePause = 'one_minute' | 'one_hour' | 'one_day' | 'until_midnight';

export interface ErrcodeEntry {
  readonly code: number;
  readonly class: ErrcodeClass;
  readonly meaning: Bilingual;
  /** What to do next. */
  readonly action: Bilingual;
  readonly pause?: ErrcodePause;
}

/** An entry as the catalogue keeps it: some codes mean different things on different sides. */
export interface CatalogueEntry extends ErrcodeEntry {
  readonly classOn?: Readonly<Partial<Record<CallSide, ErrcodeClass>>>;
}

type Pair = readonly [en: string, zh: string];
type Extra = Pick<CatalogueEntry, 'classOn' | 'pause'>;

/** One line of the catalogue. */
export function entry(code: number, cls: ErrcodeClass, meaning: Pair, action: Pair, extra: Extra = {}): CatalogueEntry {
  return { code, class: cls, meaning: bilingual(meaning), action: bilingual(action), ...extra };
}

function bilingual([en, zh]: Pair): Bilingual {
  return { en, zh };
}
