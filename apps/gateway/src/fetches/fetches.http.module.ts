import { FetchingModule } from '@app/fetching';
import { configProvider } from '@app/platform';
import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { GatewayConfig } from '../gateway.config';
import { FetchActsController } from './fetch-acts.controller';
import { FetchStreams } from './fetch-streams';
import { FetchesController } from './fetches.controller';

@Module({
  imports: [FetchingModule, AccessModule],
  controllers: [FetchesController, FetchActsController],
  providers: [configProvider(GatewayConfig), FetchStreams],
})
export class FetchesHttpModule {}
