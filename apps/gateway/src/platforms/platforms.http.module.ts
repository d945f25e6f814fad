import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { PlatformsController } from './platforms.controller';

@Module({ imports: [CredentialsModule], controllers: [PlatformsController] })
export class PlatformsHttpModule {}
