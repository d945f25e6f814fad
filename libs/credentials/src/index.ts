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
export {
  credentialJobs,
  credentialQueues,
  processPushEvent,
  reconcilePlatform,
  rereadAccount,
} from './credentials.jobs';
export { CREDENTIALS_CONFIGS, CredentialsModule } from './credentials.module';
export { credentialEntities } from './entities';
export { ConnectService, type ConnectOutcome } from './invites/connect.service';
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
