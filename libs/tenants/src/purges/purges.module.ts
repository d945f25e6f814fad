import { configProvider } from '@app/platform';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { AuditChainsModule } from '../audit/audit-chains.module';
import { TenantsModule } from '../tenants.module';
import { MerchantPurgeRepository } from './merchant-purge.repository';
import { MerchantPurges } from './merchant-purges';
import { type MerchantRemains } from './merchant-remains';
import { PurgeConfig } from './purge.config';
import { MERCHANT_REMAINS, PurgeRunner } from './purge-runner';

/** Tells what all libs have of a merchant, and where that comes from. */
type Remains = Pick<DynamicModule, 'imports'> & Pick<FactoryProvider<MerchantRemains>, 'inject' | 'useFactory'>;

/** What carries purges out. Needs what AuditChainsModule needs. */
@Module({})
export class PurgesModule {
  static of({ imports = [], ...remains }: Remains): DynamicModule {
    return {
      module: PurgesModule,
      imports: [AuditChainsModule, ...imports],
      providers: [MerchantPurgeRepository, PurgeRunner, { provide: MERCHANT_REMAINS, ...remains }],
      exports: [PurgeRunner],
    };
  }
}

/** Where purges are ordered and taken back. */
@Module({
  imports: [TenantsModule],
  providers: [configProvider(PurgeConfig), MerchantPurgeRepository, MerchantPurges],
  exports: [MerchantPurges],
})
export class MerchantPurgesModule {}

/** Of several libs, those first that others point at: their doors are shut first, and their rows go last. */
export function joinedRemains(libs: readonly MerchantRemains[]): MerchantRemains {
  return {
    doors: libs.flatMap(({ doors }) => doors),
    rows: libs.toReversed().flatMap(({ rows }) => rows),
    traces: libs.flatMap(({ traces }) => traces),
  };
}
