import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { config, UpstreamConfig, wechatCallDuration, type ConfigClass } from '@app/platform';
import { TenantsModule } from '@app/tenants';
import { WECHAT_PAGE_ORIGINS, WechatClient, type CallReport } from '@app/wechat';
import { AccountAdoption } from './accounts/account-adoption';
import { AccountDirectory } from './accounts/account-directory';
import { AccountDirectoryRepository } from './accounts/account-directory.repository';
import { AccountInfoWriter } from './accounts/account-info-writer';
import { AccountPermissionRepository } from './accounts/account-permission.repository';
import { AccountReader, AccountRereads } from './accounts/account-reader';
import { AccountRevocation } from './accounts/account-revocation';
import { AccountRepository } from './accounts/account.repository';
import { AuthorizerList, PlatformReconcile, ReconcileSweep } from './accounts/platform-reconcile';
import { AuthorizationCheck } from './authorizations/authorization-check';
import { AuthorizationCodeRepository } from './authorizations/authorization-code.repository';
import { AuthorizationExchange } from './authorizations/authorization-exchange';
import { AuthorizationSettlement } from './authorizations/authorization-settlement';
import { AuthorizationStore } from './authorizations/authorization-store';
import { CodeAsker } from './authorizations/code-asker';
import { CodeLeases } from './authorizations/code-leases';
import { LostExchange } from './authorizations/lost-exchange';
import { LostExchangeRepository } from './authorizations/lost-exchange.repository';
import { ConnectService } from './invites/connect.service';
import { InviteTieRepository } from './invites/invite-tie.repository';
import { InviteRepository } from './invites/invite.repository';
import { InviteService } from './invites/invite.service';
import { WechatLinks, WechatPages } from './invites/wechat-links';
import { PlatformCounterRepository } from './platforms/platform-counter.repository';
import { PlatformCustody } from './platforms/platform-custody';
import { PlatformSecretsRepository } from './platforms/platform-secrets.repository';
import { PlatformRepository } from './platforms/platform.repository';
import { PlatformService } from './platforms/platform.service';
import { AccountEnd } from './pushes/account-end';
import { AuthorizationEvents } from './pushes/authorization-events';
import { PushEventRepository } from './pushes/push-event.repository';
import { PushInbox } from './pushes/push-inbox';
import { PushIntake } from './pushes/push-intake';
import { PushWork } from './pushes/push-work';
import { TicketWatch } from './tickets/ticket-watch';
import { TicketRepository } from './tickets/ticket.repository';
import { AccountTokens, AccountTokenSource } from './tokens/account-tokens';
import { AuthorizerInfo } from './tokens/authorizer-info';
import { ComponentCalls } from './tokens/component-calls';
import { ComponentTokens, ComponentTokenSource } from './tokens/component-tokens';
import { CredentialRepository } from './tokens/credential.repository';
import { LeasedRefresh } from './tokens/leased-refresh';
import { PlatformPauseRepository } from './tokens/platform-pause.repository';
import { RefreshTokenRecovery } from './tokens/refresh-token-recovery';
import { TokenKeeper } from './tokens/token-keeper';
import { TokenTimings } from './tokens/token-timings';

/** Settings of this lib; WeChat's address and timeout are in UpstreamConfig, which every process loads. */
export const CREDENTIALS_CONFIGS: ConfigClass[] = [];

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

const upstream = [
  { provide: WechatClient, useFactory: openClient },
  { provide: WechatPages, useFactory: wechatPages },
  { provide: TokenTimings, useFactory: () => new TokenTimings(config(UpstreamConfig).WECHAT_TIMEOUT_MS) },
];
const repositories = [
  AccountDirectoryRepository,
  AccountPermissionRepository,
  AccountRepository,
  AuthorizationCodeRepository,
  CredentialRepository,
  InviteRepository,
  InviteTieRepository,
  LostExchangeRepository,
  PlatformCounterRepository,
  PlatformPauseRepository,
  PlatformRepository,
  PlatformSecretsRepository,
  PushEventRepository,
  TicketRepository,
];
const parts = [
  AccountAdoption,
  AccountEnd,
  AccountInfoWriter,
  AccountRevocation,
  AccountTokenSource,
  AuthorizationCheck,
  AuthorizationEvents,
  AuthorizationSettlement,
  AuthorizationStore,
  AuthorizerInfo,
  AuthorizerList,
  CodeAsker,
  CodeLeases,
  ComponentCalls,
  ComponentTokenSource,
  LeasedRefresh,
  LostExchange,
  PlatformCustody,
  PushIntake,
  PushWork,
  RefreshTokenRecovery,
  TokenKeeper,
  WechatLinks,
];
const services = [
  AccountDirectory,
  AccountReader,
  AccountRereads,
  AccountTokens,
  AuthorizationExchange,
  ComponentTokens,
  ConnectService,
  InviteService,
  PlatformReconcile,
  PlatformService,
  PushInbox,
  ReconcileSweep,
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
