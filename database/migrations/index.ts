import { CreateTenants1795420800000 } from './1795420800000-create-tenants';
import { CreateCredentials1795424400000 } from './1795424400000-create-credentials';
import { CreateFetching1795428000000 } from './1795428000000-create-fetching';
import { CountPlatformCalls1795492800000 } from './1795492800000-count-platform-calls';
import { CountRejections1795496400000 } from './1795496400000-count-rejections';
import { WidenSealedValues1795498800000 } from './1795498800000-widen-sealed-values';
import { CreateSealingKeys1795500000000 } from './1795500000000-create-sealing-keys';
import { AddReconcileRuns1795503600000 } from './1795503600000-add-reconcile-runs';
import { CreateCampaigns1795507200000 } from './1795507200000-create-campaigns';
import { KeepDoctorRuns1795518000000 } from './1795518000000-keep-doctor-runs';
import { LimitInviteUse1795530000000 } from './1795530000000-limit-invite-use';
import { RememberOtherKinds1795533600000 } from './1795533600000-remember-other-kinds';
import { PacePushRetries1795537200000 } from './1795537200000-pace-push-retries';
import { KeepSharedCodes1795540800000 } from './1795540800000-keep-shared-codes';
import { WidenFetching1795600000000 } from './1795600000000-widen-fetching';
import { CountEmptyRuns1795610000000 } from './1795610000000-count-empty-runs';
import { PageFetches1795620000000 } from './1795620000000-page-fetches';
import { AskQuotaOnce1795630000000 } from './1795630000000-ask-quota-once';
import { LeanTaskIndexes1795640000000 } from './1795640000000-lean-task-indexes';
import { CreateApiKeys1795650000000 } from './1795650000000-create-api-keys';
import { HardenLogins1795660000000 } from './1795660000000-harden-logins';
import { CreatePasswordLinks1795661000000 } from './1795661000000-create-password-links';
import { CreateSecondFactors1795662000000 } from './1795662000000-create-second-factors';
import { CreateIdempotencyKeys1795670000000 } from './1795670000000-create-idempotency-keys';
import { CreateReportLinks1795690000000 } from './1795690000000-create-report-links';
import { CreateAuditLog1795700000000 } from './1795700000000-create-audit-log';
import { LetMerchantsLeave1795720000000 } from './1795720000000-let-merchants-leave';
import { CreateWebhooks1795680000000 } from './1795680000000-create-webhooks';

export const migrations = [
  CreateTenants1795420800000,
  CreateCredentials1795424400000,
  CreateFetching1795428000000,
  CountPlatformCalls1795492800000,
  CountRejections1795496400000,
  WidenSealedValues1795498800000,
  CreateSealingKeys1795500000000,
  AddReconcileRuns1795503600000,
  CreateCampaigns1795507200000,
  KeepDoctorRuns1795518000000,
  LimitInviteUse1795530000000,
  RememberOtherKinds1795533600000,
  PacePushRetries1795537200000,
  KeepSharedCodes1795540800000,
  WidenFetching1795600000000,
  CountEmptyRuns1795610000000,
  PageFetches1795620000000,
  AskQuotaOnce1795630000000,
  LeanTaskIndexes1795640000000,
  CreateApiKeys1795650000000,
  HardenLogins1795660000000,
  CreatePasswordLinks1795661000000,
  CreateSecondFactors1795662000000,
  CreateIdempotencyKeys1795670000000,
  CreateReportLinks1795690000000,
  CreateAuditLog1795700000000,
  LetMerchantsLeave1795720000000,
  CreateWebhooks1795680000000,
];
