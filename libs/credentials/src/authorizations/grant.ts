import { type Secret } from '@app/kernel';
import { type QueryAuthAnswer } from '@app/wechat';
import { type InviteTie, type TieOutcome } from '../invites/invite-tie.repository';

/** An authorization code as it reached us, by the browser's redirect or by WeChat's push. */
export interface Grant {
  readonly platformId: string;
  readonly componentAppid: string;
  readonly code: Secret;
  readonly source: 'redirect' | 'push';
  /** WeChat's time of the grant: the push tells it, the redirect does not. */
  readonly eventTime: Date | null;
  /** The push names the account; the redirect does not. */
  readonly authorizerAppid: string | null;
  readonly tie: InviteTie | null;
  /** A push calls it `authorized`, not a change of an older authorization. */
  readonly isNew: boolean;
}

/** Its tokens are stored whoever owns it: what the merchant did at WeChat killed the old ones. */
export interface SettledGrant {
  readonly accountId: number;
  readonly tie: TieOutcome;
}

/** What an authorization code stood for. */
export interface ToldGrant extends QueryAuthAnswer {
  /** INFO told it, because the code's own answer was lost: the version of the refresh token before it was asked. */
  readonly recalled: { readonly refreshVersion: number | null } | null;
}
