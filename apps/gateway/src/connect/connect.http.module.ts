import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { ConnectController } from './connect.controller';

@Module({ imports: [CredentialsModule], controllers: [ConnectController] })
export class ConnectHttpModule {}
