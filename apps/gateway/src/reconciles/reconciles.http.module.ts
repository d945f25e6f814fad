import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { ReconcilesController } from './reconciles.controller';

@Module({ imports: [CredentialsModule], controllers: [ReconcilesController] })
export class ReconcilesHttpModule {}
