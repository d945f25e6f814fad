import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { CampaignsController } from './campaigns.controller';
import { MembersController } from './members.controller';

@Module({ imports: [CredentialsModule], controllers: [CampaignsController, MembersController] })
export class CampaignsHttpModule {}
