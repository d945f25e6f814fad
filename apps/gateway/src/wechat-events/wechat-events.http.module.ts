import { Module } from '@nestjs/common';
import { CredentialsModule } from '@app/credentials';
import { WechatEventsController } from './wechat-events.controller';

@Module({ imports: [CredentialsModule], controllers: [WechatEventsController] })
export class WechatEventsHttpModule {}
