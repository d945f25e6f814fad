import { MerchantPurgesModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { MerchantPurgeController } from './merchant-purge.controller';
import { PurgesController } from './purges.controller';

@Module({ imports: [MerchantPurgesModule], controllers: [MerchantPurgeController, PurgesController] })
export class PurgesHttpModule {}
