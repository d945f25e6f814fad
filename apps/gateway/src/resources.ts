import { CREDENTIALS_CONFIGS, credentialEntities, credentialQueues, credentialSealedColumns } from '@app/credentials';
import { type SealedColumn } from '@app/kernel';
import { FetchingConfig, fetchingEntities, fetchingQueues } from '@app/fetching';
import { idempotencyEntities, idempotencySealedColumns, type ConfigClass } from '@app/platform';
import { reportEntities, ReportsConfig } from '@app/reports';
import { AuditConfig, PurgeConfig, tenantSealedColumns } from '@app/tenants';
import { webhookEntities, webhookSealedColumns, WebhooksConfig } from '@app/webhooks';
import { type DynamicModule, type Type } from '@nestjs/common';
import { AccountsHttpModule } from './accounts/accounts.http.module';
import { ApiKeysHttpModule } from './api-keys/api-keys.http.module';
import { AuditHttpModule } from './audit/audit.http.module';
import { CampaignsHttpModule } from './campaigns/campaigns.http.module';
import { ConnectHttpModule } from './connect/connect.http.module';
import { DoctorHttpModule } from './doctor/doctor.http.module';
import { FetchesHttpModule } from './fetches/fetches.http.module';
import { InvitesHttpModule } from './invites/invites.http.module';
import { MerchantExportHttpModule } from './merchant-export/merchant-export.http.module';
import { PlatformsHttpModule } from './platforms/platforms.http.module';
import { PurgesHttpModule } from './purges/purges.http.module';
import { ReconcilesHttpModule } from './reconciles/reconciles.http.module';
import { ReportLinksHttpModule } from './report-links/report-links.http.module';
import { ReportsHttpModule } from './reports/reports.http.module';
import { SchedulesHttpModule } from './schedules/schedules.http.module';
import { type DirectRoute } from './http/direct-routes';
import { WechatCompatibleController } from './wechat-compatible/wechat-compatible.controller';
import { WechatCompatibleHttpModule } from './wechat-compatible/wechat-compatible.http.module';
import { WechatEventsHttpModule } from './wechat-events/wechat-events.http.module';
import { WebhooksHttpModule } from './webhooks/webhooks.http.module';

/** What the resource folders add to the shell: modules with controllers, the rows, queues and settings they need. */
export const resourceModules: (Type | DynamicModule)[] = [
  PlatformsHttpModule,
  DoctorHttpModule,
  ReconcilesHttpModule,
  InvitesHttpModule,
  AccountsHttpModule,
  ApiKeysHttpModule,
  AuditHttpModule,
  CampaignsHttpModule,
  ConnectHttpModule,
  WechatCompatibleHttpModule,
  WechatEventsHttpModule,
  FetchesHttpModule,
  ReportsHttpModule,
  ReportLinksHttpModule,
  SchedulesHttpModule,
  WebhooksHttpModule,
  PurgesHttpModule,
  MerchantExportHttpModule,
];
/** Decision 20 says what they do without. */
export const directRoutes: readonly DirectRoute[] = [
  { controller: WechatCompatibleController, handler: 'getusercumulate' },
];
export const resourceEntities: (new () => object)[] = [
  ...credentialEntities,
  ...fetchingEntities,
  ...idempotencyEntities,
  ...reportEntities,
  ...webhookEntities,
];
export const resourceQueues: string[] = [...credentialQueues, ...fetchingQueues];
export const resourceConfigs: ConfigClass[] = [
  ...CREDENTIALS_CONFIGS,
  FetchingConfig,
  ReportsConfig,
  WebhooksConfig,
  AuditConfig,
  PurgeConfig,
];
export const resourceSealedColumns: readonly SealedColumn[] = [
  ...credentialSealedColumns,
  ...tenantSealedColumns,
  ...idempotencySealedColumns,
  ...webhookSealedColumns,
];
