import { AccountPermissionHistory } from './accounts/account-permission-history.entity';
import { AccountPermission } from './accounts/account-permission.entity';
import { Account } from './accounts/account.entity';
import { ApiKeyAccount } from './accounts/api-key-account.entity';
import { AuthorizationCode } from './authorizations/authorization-code.entity';
import { DepartedAccount } from './departures/departed-account.entity';
import { DoctorRun } from './doctor/doctor-run.entity';
import { PushRefusal } from './doctor/push-refusal.entity';
import { CampaignMember } from './campaigns/campaign-member.entity';
import { CampaignSet } from './campaigns/campaign-set.entity';
import { Campaign } from './campaigns/campaign.entity';
import { InviteClick } from './invites/invite-click.entity';
import { Invite } from './invites/invite.entity';
import { PlatformCounter } from './platforms/platform-counter.entity';
import { PlatformSecret } from './platforms/platform-secret.entity';
import { Platform } from './platforms/platform.entity';
import { PushEvent } from './pushes/push-event.entity';
import { OtherKindAccount } from './reconcile/other-kind.entity';
import { ReconcileRun } from './reconcile/reconcile-run.entity';
import { LateTicket } from './tickets/late-ticket.entity';
import { Ticket } from './tickets/ticket.entity';
import { Credential } from './tokens/credential.entity';
import { PlatformPause } from './tokens/platform-pause.entity';

export const credentialEntities = [
  Platform,
  PlatformSecret,
  PlatformCounter,
  Ticket,
  LateTicket,
  PushEvent,
  Account,
  AccountPermission,
  AccountPermissionHistory,
  ApiKeyAccount,
  Credential,
  PlatformPause,
  Invite,
  InviteClick,
  AuthorizationCode,
  DoctorRun,
  PushRefusal,
  Campaign,
  CampaignSet,
  CampaignMember,
  ReconcileRun,
  OtherKindAccount,
  DepartedAccount,
];
