import { Injectable } from '@nestjs/common';
import { type Secret } from '@app/kernel';
import { authorizationLink, WechatClient, type PageOrigins } from '@app/wechat';
import { ComponentCalls } from '../tokens/component-calls';

interface AuthorizationPage {
  readonly url: string;
  readonly preAuthCode: Secret;
  readonly expiresInSeconds: number;
}

/** WeChat's pages, of this installation's WeChat. */
export class WechatPages {
  constructor(readonly origins: PageOrigins) {}
}

/** Links to WeChat's authorization page; each has a pre-auth code of its own. */
@Injectable()
export class WechatLinks {
  constructor(
    private readonly calls: ComponentCalls,
    private readonly wechat: WechatClient,
    private readonly pages: WechatPages,
  ) {}

  async make(
    platform: { readonly platformId: string; readonly componentAppid: string },
    device: 'desktop' | 'mobile',
    options: {
      readonly redirectUri: string;
      /** Asked once WeChat answered at all. */
      readonly offeredSets: () => Promise<readonly number[]>;
      readonly bizAppid: string | null;
    },
  ): Promise<AuthorizationPage> {
    const { platformId, componentAppid } = platform;
    const { code, expiresInSeconds } = await this.calls.run(platformId, 'api_create_preauthcode', (componentToken) =>
      this.wechat.createPreAuthCode({ componentAppid, componentToken }),
    );
    const url = authorizationLink({
      pageOrigins: this.pages.origins,
      device,
      componentAppid,
      preAuthCode: code,
      redirectUri: options.redirectUri,
      authType: 1,
      categoryIds: await options.offeredSets(),
      ...(options.bizAppid === null ? {} : { bizAppid: options.bizAppid }),
    });
    return { url, preAuthCode: code, expiresInSeconds };
  }
}
