import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { config, Outbox, UpstreamConfig, wechatCallDuration, type ConfigClass } from '@app/platform';
import { TenantsModule } from '@app/tenants';
import { WECHAT_PAGE_ORIGINS, WechatClient, type CallReport } from '@app/wechat';
import { AccountAssignment } from './accounts/account-assignment';
import { AccountDirectory } from './accounts/account-directory';
import { AccountDirectoryRepository } from './accounts/account-directory.repository';
import { AccountScopeRepository } from './accounts/account-scope.repository';
import { AccountScopes } from './accounts/account-scopes';
import { AccountInfoRead } from './accounts/account-info-read';
import { AccountInfoWriter } from './accounts/account-info-writer';
import { AccountLiveRead } from './accounts/account-live-read';
import { AccountNewsRepository } from './accounts/account-news.repository';
import { AccountPermissionRepository } from './accounts/account-permission.repository';
import { AccountPermissions } from './accounts/account-permissions';
import { AccountReader } from './accounts/account-reader';
import { AccountRereads } from './accounts/account-rereads';
import { AccountRevocation } from './accounts/account-revocation';
import { AccountRepository } from './accounts/account.repository';
import { PermissionHistoryRepository } from './accounts/permission-history.repository';
import { AuthorizationCheck } from './authorizations/authorization-check';
import { AuthorizationCodeRepository } from './authorizations/authorization-code.repository';
import { AuthorizationExchange } from './authorizations/authorization-exchange';
import { AuthorizationSettlement } from './authorizations/authorization-settlement';
import { AuthorizationStore } from './authorizations/authorization-store';
import { CodeAsker } from './authorizations/code-asker';
import { CodeLeases } from './authorizations/code-leases';
import { CredentialsConfig } from './credentials.config';
import { CampaignCandidates } from './campaigns/campaign-candidates';
import { CampaignLinkRepository } from './campaigns/campaign-link.repository';
import { CampaignLinks } from './campaigns/campaign-links';
import { CampaignMemberRepository } from './campaigns/campaign-member.repository';
import { CampaignMembers } from './campaigns/campaign-members';
import { CampaignRepository } from './campaigns/campaign.repository';
import { CampaignService } from './campaigns/campaign.service';
import { BoundLinks } from './invites/bound-links';
import { BoundInviteRepository } from './invites/bound-invite.repository';
import { CredentialRemains } from './departures/credential-remains';
import { DepartureRepository } from './departures/departure.repository';
import { Departures } from './departures/departures';
import { LostExchange } from './authorizations/lost-exchange';
import { LostExchangeRepository } from './authorizations/lost-exchange.repository';
import { ConnectOutcomes } from './invites/connect-outcomes';
import { ConnectService } from './invites/connect.service';
import { InviteClicks } from './invites/invite-clicks';
import { InviteAllowance } from './invites/invite-allowance';
import { InviteAllowanceRepository } from './invites/invite-allowance.repository';
import { InviteCodes } from './invites/invite-codes';
import { InviteLeftovers } from './invites/invite-leftovers';
import { InviteTieRepository } from './invites/invite-tie.repository';
import { InviteRepository } from './invites/invite.repository';
import { InviteService } from './invites/invite.service';
import { WechatLinks, WechatPages } from './invites/wechat-links';
import { MessageInbox } from './messages/message-inbox';
import { ReleaseCheck } from './messages/release-check';
import { ReleaseCheckCodes } from './messages/release-check-codes';
import { ReleaseCheckStore } from './messages/release-check-store';
import { PlatformCounterRepository } from './platforms/platform-counter.repository';
import { PlatformCustody } from './platforms/platform-custody';
import { PlatformSecretsRepository } from './platforms/platform-secrets.repository';
import { PlatformRepository } from './platforms/platform.repository';
import { PlatformService } from './platforms/platform.service';
import { AccountEnd } from './pushes/account-end';
import { AuthorizationEvents } from './pushes/authorization-events';
import { EventArrivals } from './pushes/event-arrivals';
import { PushEventRepository } from './pushes/push-event.repository';
import { PushInbox } from './pushes/push-inbox';
import { PushIntake } from './pushes/push-intake';
import { PushWork } from './pushes/push-work';
import { Adoption } from './reconcile/adoption';
import { AuthorizerList } from './reconcile/authorizer-list';
import { InfoSteps } from './reconcile/info-steps';
import { OtherKindRepository } from './reconcile/other-kind.repository';
import { OtherKinds } from './reconcile/other-kinds';
import { ReconcileRequests } from './reconcile/reconcile-requests';
import { ReconcileRowsRepository } from './reconcile/reconcile-rows.repository';
import { ReconcileRunRepository } from './reconcile/reconcile-run.repository';
import { ReconcileRunner } from './reconcile/reconcile-runner';
import { ReconcileSchedule } from './reconcile/reconcile-schedule';
import { ReconcileWork } from './reconcile/reconcile-work';
import { ReconcileService } from './reconcile/reconcile.service';
import { RowRepair } from './reconcile/row-repair';
import { LateTickets } from './tickets/late-tickets';
import { LateTicketRepository } from './tickets/late-ticket.repository';
import { TicketWatch } from './tickets/ticket-watch';
import { TicketRepository } from './tickets/ticket.repository';
import { AccountTokens, AccountTokenSource } from './tokens/account-tokens';
import { AuthorizerInfo } from './tokens/authorizer-info';
import { ComponentCalls } from './tokens/component-calls';
import { ComponentQuota } from './tokens/component-quota';
import { ComponentTokenUpkeep } from './tokens/component-token-upkeep';
import { ComponentTokens, ComponentTokenSource } from './tokens/component-tokens';
import { CredentialRepository } from './tokens/credential.repository';
import { LeasedRefresh } from './tokens/leased-refresh';
import { PlatformPauseRepository } from './tokens/platform-pause.repository';
import { RefreshTokenRecovery } from './tokens/refresh-token-recovery';
import { TokenKeeper } from './tokens/token-keeper';
import { TokenLimits } from './tokens/token-limits';
import { TokenTimings } from './tokens/token-timings';

/** Settings of this lib; WeChat's address and timeout are in UpstreamConfig, which every process loads. */
export const CREDENTIALS_CONFIGS: ConfigClass[] = [CredentialsConfig];

function openClient(): WechatClient {
  const { WECHAT_API_ORIGIN, WECHAT_TIMEOUT_MS } = config(UpstreamConfig);
  return new WechatClient({ apiOrigin: WECHAT_API_ORIGIN, timeoutMs: WECHAT_TIMEOUT_MS, onCall: measure });
}

function measure({ call, errcode, ms }: CallReport): void {
  const shown = errcode === null ? 'transport' : errcode === 0 ? '' : String(errcode);
  wechatCallDuration.observe({ call, errcode: shown }, ms / 1_000);
}

function wechatPages(): WechatPages {
  const { WECHAT_PAGE_ORIGIN } = config(UpstreamConfig);
  if (WECHAT_PAGE_ORIGIN === undefined) return new WechatPages(WECHAT_PAGE_ORIGINS);
  return new WechatPages({ desktop: WECHAT_PAGE_ORIGIN, mobile: WECHAT_PAGE_ORIGIN });
}

function tokenLimits(): TokenLimits {
  const { COMPONENT_TOKENS_A_DAY, QUOTA_RESETS_A_MONTH } = config(CredentialsConfig);
  return new TokenLimits(COMPONENT_TOKENS_A_DAY, QUOTA_RESETS_A_MONTH);
}

const upstream = [
  { provide: WechatClient, useFactory: openClient },
  { provide: WechatPages, useFactory: wechatPages },
  { provide: TokenLimits, useFactory: tokenLimits },
  { provide: TokenTimings, useFactory: () => new TokenTimings(config(UpstreamConfig).WECHAT_TIMEOUT_MS) },
];
const repositories = [
  AccountNewsRepository,
  AccountDirectoryRepository,
  AccountPermissionRepository,
  AccountRepository,
  AccountScopeRepository,
  AuthorizationCodeRepository,
  BoundInviteRepository,
  CampaignLinkRepository,
  CampaignMemberRepository,
  CampaignRepository,
  CredentialRepository,
  InviteAllowanceRepository,
  LateTicketRepository,
  Outbox,
  InviteRepository,
  InviteTieRepository,
  PermissionHistoryRepository,
  LostExchangeRepository,
  OtherKindRepository,
  DepartureRepository,
  PlatformCounterRepository,
  PlatformPauseRepository,
  PlatformRepository,
  PlatformSecretsRepository,
  PushEventRepository,
  ReconcileRowsRepository,
  ReconcileRunRepository,
  TicketRepository,
];
const parts = [
  AccountEnd,
  AccountInfoRead,
  AccountInfoWriter,
  AccountRevocation,
  AccountTokenSource,
  Adoption,
  Departures,
  EventArrivals,
  AuthorizationCheck,
  AuthorizationEvents,
  AuthorizationSettlement,
  AuthorizationStore,
  AuthorizerInfo,
  AuthorizerList,
  CampaignCandidates,
  CodeAsker,
  CodeLeases,
  ComponentCalls,
  ComponentQuota,
  ComponentTokenSource,
  BoundLinks,
  ConnectOutcomes,
  InviteAllowance,
  InviteClicks,
  InviteCodes,
  InviteLeftovers,
  InfoSteps,
  LateTickets,
  LeasedRefresh,
  LostExchange,
  OtherKinds,
  PlatformCustody,
  PushIntake,
  PushWork,
  ReconcileRequests,
  ReconcileWork,
  RefreshTokenRecovery,
  ReleaseCheck,
  ReleaseCheckCodes,
  ReleaseCheckStore,
  RowRepair,
  TokenKeeper,
  WechatLinks,
];
const services = [
  AccountAssignment,
  AccountDirectory,
  AccountLiveRead,
  AccountPermissions,
  AccountReader,
  AccountRereads,
  AccountScopes,
  AccountTokens,
  AuthorizationExchange,
  CampaignLinks,
  CampaignMembers,
  CampaignService,
  ComponentTokens,
  ComponentTokenUpkeep,
  ConnectService,
  CredentialRemains,
  InviteService,
  MessageInbox,
  PlatformService,
  PushInbox,
  ReconcileRunner,
  ReconcileSchedule,
  ReconcileService,
  TicketWatch,
];

/** Platforms, accounts and the tokens of both. Needs DataSource, Transactions, SecretBox, Clock and Jobs. */
@Module({
  imports: [TenantsModule],
  providers: [...upstream, ...repositories, ...parts, ...services],
  exports: [...services, WechatClient, WechatPages],
})
export class CredentialsModule implements OnApplicationShutdown {
  constructor(
    private readonly keeper: TokenKeeper,
    private readonly wechat: WechatClient,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.keeper.settled();
    await this.wechat.close();
  }
}
