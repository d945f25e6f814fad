import { CredentialsModule } from '@app/credentials';
import { TenantsModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller';

@Module({ imports: [CredentialsModule, TenantsModule], controllers: [ApiKeysController] })
export class ApiKeysHttpModule {}
