import { type Secret } from '@app/kernel';
import { type InviteTie } from '../invites/invite-tie.repository';

/** An authorization code as it reached us, by the browser's redirect or by WeChat's push. */
export interface Grant {
  readonly platformId: string;
  readonly componentAppid: string;
  readonly code: Secret;
  readonly source: 'redirect' | 'push';
  /** WeChat's time of the grant, as far as we know it. */
  readonly eventTime: Date;
  /** The push names the account; the redirect does not. */
  readonly authorizerAppid: string | null;
  readonly tie: InviteTie | null;
}

export interface SettledGrant {
  readonly accountId: number;
  /** The account belongs to another merchant already and stays there; its tokens are stored all the same. */
  readonly ownedByOther: boolean;
}
