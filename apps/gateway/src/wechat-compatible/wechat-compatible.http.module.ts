import { CredentialsModule } from '@app/credentials';
import { FetchingModule } from '@app/fetching';
import { TenantsModule } from '@app/tenants';
import { Module } from '@nestjs/common';
import { LimitsModule } from '../limits';
import { GatewayTokens } from './gateway-tokens';
import { WechatCompatibleController } from './wechat-compatible.controller';
import { WechatCallers } from './wechat-callers';
import { WechatPathsController } from './wechat-paths.controller';

@Module({
  imports: [CredentialsModule, FetchingModule, LimitsModule, TenantsModule],
  controllers: [WechatCompatibleController, WechatPathsController],
  providers: [GatewayTokens, WechatCallers],
})
export class WechatCompatibleHttpModule {}
