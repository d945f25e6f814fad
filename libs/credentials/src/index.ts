export {
  AccountDirectory,
  type AccountScope,
  type AccountView,
  type FetchableAccount,
} from './accounts/account-directory';
export { type AccountState } from './accounts/account.entity';
export { AccountReader, AccountRereads } from './accounts/account-reader';
export { gateVerdict, type GateRefusal, type GateVerdict } from './accounts/gate-policy';
export { PlatformReconcile, ReconcileSweep } from './accounts/platform-reconcile';
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
export { type LinkSkip } from './campaigns/link-policy';
export { MEMBER_STATES, type MemberState } from './campaigns/member-policy';
export {
  credentialJobs,
  credentialQueues,
  processPushEvent,
  reconcilePlatform,
  rereadAccount,
} from './credentials.jobs';
export { CREDENTIALS_CONFIGS, CredentialsModule } from './credentials.module';
export { DoctorModule } from './doctor/doctor.module';
export { DoctorService } from './doctor/doctor.service';
export { type DoctorReport } from './doctor/examination';
export { type FindingLevel } from './doctor/finding';
export { PushRefusals } from './doctor/push-refusals';
export { credentialEntities } from './entities';
export { ConnectService, type BoundOutcome, type ConnectOutcome } from './invites/connect.service';
export { credentialSealedColumns } from './sealed-columns';
export { INVITE_DAYS_MAX, type InviteState } from './invites/invite-policy';
export { type InviteDetail } from './invites/invite.repository';
export { InviteService, type CreatedInvite, type InviteView } from './invites/invite.service';
export { WechatPages } from './invites/wechat-links';
export { MessageInbox, type MessageAnswer } from './messages/message-inbox';
export { PlatformService, type PlatformView } from './platforms/platform.service';
export { PushInbox } from './pushes/push-inbox';
export { type TicketState } from './tickets/ticket-policy';
export { TicketWatch } from './tickets/ticket-watch';
export { AccountTokens } from './tokens/account-tokens';
export { ComponentTokenUpkeep } from './tokens/component-token-upkeep';
