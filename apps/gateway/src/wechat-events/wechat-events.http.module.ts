import { Module } from '@nestjs/common';
import { CredentialsModule, DoctorModule } from '@app/credentials';
import { WechatEventsController } from './wechat-events.controller';

@Module({ imports: [CredentialsModule, DoctorModule], controllers: [WechatEventsController] })
export class WechatEventsHttpModule {}
