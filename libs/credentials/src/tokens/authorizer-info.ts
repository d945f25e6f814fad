import { Injectable } from '@nestjs/common';
import { WechatApiError, WechatClient, type AuthorizerInfoAnswer } from '@app/wechat';
import { PlatformRepository } from '../platforms/platform.repository';
import { ComponentCalls } from './component-calls';

/** Other codes of lost tokens (42007) do not say that there is no authorization: erasing upon them could lose a living one. */
const NOT_AUTHORIZED = 61003;

/** api_get_authorizer_info for a place at WeChat. */
@Injectable()
export class AuthorizerInfo {
  constructor(
    private readonly platforms: PlatformRepository,
    private readonly calls: ComponentCalls,
    private readonly wechat: WechatClient,
  ) {}

  /** Null when WeChat knows no authorization of the account to the platform. Throws what the call throws. */
  async find(platformId: string, appid: string): Promise<AuthorizerInfoAnswer | null> {
    const componentAppid = await this.platforms.getAppid(platformId);
    try {
      return await this.calls.run(platformId, 'api_get_authorizer_info', (componentToken) =>
        this.wechat.authorizerInfo({ componentAppid, componentToken, appid }),
      );
    } catch (error) {
      if (error instanceof WechatApiError && error.errcode === NOT_AUTHORIZED) return null;
      throw error;
    }
  }
}
