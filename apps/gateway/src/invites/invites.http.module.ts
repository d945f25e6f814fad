import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { InvitesController } from './invites.controller';

@Module({ imports: [CredentialsModule], controllers: [InvitesController] })
export class InvitesHttpModule {}
