import { CreateTenants1795420800000 } from './1795420800000-create-tenants';
import { CreateCredentials1795424400000 } from './1795424400000-create-credentials';
import { CreateFetching1795428000000 } from './1795428000000-create-fetching';
import { CountPlatformCalls1795492800000 } from './1795492800000-count-platform-calls';
import { AddReconcileRuns1795503600000 } from './1795503600000-add-reconcile-runs';

export const migrations = [
  CreateTenants1795420800000,
  CreateCredentials1795424400000,
  CreateFetching1795428000000,
  CountPlatformCalls1795492800000,
  AddReconcileRuns1795503600000,
];
