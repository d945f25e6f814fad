export {
  AccountDirectory,
  type AccountScope,
  type AccountView,
  type FetchableAccount,
} from './accounts/account-directory';
export { AccountScopes } from './accounts/account-scopes';
export { type AccountState } from './accounts/account.entity';
export { type Candidate, type LeftOut } from './campaigns/campaign-candidates';
export { CampaignLinks, type IssuedLink, type IssuedLinks } from './campaigns/campaign-links';
export { CampaignMembers, type MemberView } from './campaigns/campaign-members';
export {
  CAMPAIGN_SETS_MAX,
  type CampaignState,
  type LeftOutReason,
  type MemberReason,
} from './campaigns/campaign-policy';
export { CampaignService, type CampaignPlan, type CampaignView } from './campaigns/campaign.service';
export { MEMBER_STATES, type MemberState } from './campaigns/member-policy';
export { AccountExport, accountsOf } from './accounts/account-export';
export { AccountAssignment } from './accounts/account-assignment';
export { AccountLiveRead } from './accounts/account-live-read';
export { AccountPermissions, type PermissionsView } from './accounts/account-permissions';
export { AccountReader } from './accounts/account-reader';
export { AccountRereads } from './accounts/account-rereads';
export { GATE_REFUSALS, gateVerdict, type GateRefusal, type GateVerdict } from './accounts/gate-policy';
export {
  accountUsable,
  credentialJobs,
  credentialQueues,
  processPushEvent,
  rereadAccount,
  runReconcile,
} from './credentials.jobs';
export { CREDENTIALS_CONFIGS, CredentialsModule } from './credentials.module';
export { CredentialRemains } from './departures/credential-remains';
export { DoctorModule } from './doctor/doctor.module';
export { DoctorService } from './doctor/doctor.service';
export { type DoctorReport } from './doctor/examination';
export { type FindingLevel } from './doctor/finding';
export { PushRefusals } from './doctor/push-refusals';
export { credentialEntities } from './entities';
export { type BoundOutcome, type ConnectOutcome } from './invites/connect-outcomes';
export { ConnectService } from './invites/connect.service';
export { credentialSealedColumns } from './sealed-columns';
export { inviteBusy } from './invites/invite.errors';
export { INVITE_DAYS_MAX, type InviteState } from './invites/invite-policy';
export { type InviteDetail } from './invites/invite.repository';
export { InviteService, type CreatedInvite, type InviteView } from './invites/invite.service';
export { WechatPages } from './invites/wechat-links';
export { MessageInbox, type MessageAnswer } from './messages/message-inbox';
export { PlatformService, type PlatformView } from './platforms/platform.service';
export { PushInbox } from './pushes/push-inbox';
export { ReconcileRunner } from './reconcile/reconcile-runner';
export { ReconcileSchedule } from './reconcile/reconcile-schedule';
export { ReconcileService, type RunView } from './reconcile/reconcile.service';
export { REASON_TEXTS } from './reconcile/reason-texts';
export { type Finding } from './reconcile/run-progress';
export { type TicketState } from './tickets/ticket-policy';
export { TicketWatch } from './tickets/ticket-watch';
export { AccountTokens } from './tokens/account-tokens';
export { ComponentTokenUpkeep } from './tokens/component-token-upkeep';
export { credentialRefusals } from './credentials.refusals';
