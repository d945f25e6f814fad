import { Injectable } from '@nestjs/common';
import { AppError, Clock } from '@app/kernel';
import {
  isReleaseCheckAccount,
  readAuthorizationEvent,
  releaseCheckVerdict,
  type ReleaseCheckRequest,
  WechatApiError,
  WechatClient,
} from '@app/wechat';
import { AccountTokens } from '../tokens/account-tokens';
import { ReleaseCheckCodes } from './release-check-codes';
import { ReleaseCheckStore } from './release-check-store';

interface Place {
  readonly platformId: string;
  readonly componentAppid: string;
}

/** Nobody's link leads here: WeChat authorizes its test accounts itself. */
const PUSHED = { source: 'push', tie: null, isNew: true } as const;

/** WeChat's test before a platform's full release (全网发布检测), as far as it is work for later. */
@Injectable()
export class ReleaseCheck {
  constructor(
    private readonly codes: ReleaseCheckCodes,
    private readonly store: ReleaseCheckStore,
    private readonly tokens: AccountTokens,
    private readonly wechat: WechatClient,
    private readonly clock: Clock,
  ) {}

  /** The outcome of a stored push that belongs to the check; null for all others. Safe to repeat. */
  async take({ platformId, componentAppid }: Place, fields: ReadonlyMap<string, string>): Promise<string | null> {
    const place = { platformId, componentAppid };
    if (!fields.has('InfoType')) return this.answer(place, fields);
    if (!isReleaseCheckAccount(fields.get('AuthorizerAppid') ?? '')) return null;
    const event = readAuthorizationEvent(fields);
    switch (event.infoType) {
      case 'authorized':
      case 'updateauthorized': {
        const { authorizerAppid, authorizationCode: code, createTime: eventTime } = event;
        await this.codes.take({ ...PUSHED, ...place, authorizerAppid, code, eventTime });
        return 'release_check_authorized';
      }
      case 'unauthorized':
        await this.store.erase({ platformId, appid: event.authorizerAppid });
        return 'release_check_ended';
      case 'component_verify_ticket':
      case 'other':
        return null;
    }
  }

  private async answer(place: Place, fields: ReadonlyMap<string, string>): Promise<string> {
    const verdict = releaseCheckVerdict(null, fields, this.clock.now());
    if (verdict.act !== 'answer_by_api') return verdict.act === 'drop' ? verdict.because : 'ignored';
    const { appid: authorizerAppid, code, sentAt: eventTime } = verdict;
    const end = await this.codes.take({ ...PUSHED, ...place, authorizerAppid, code, eventTime });
    if (end === 'unknown' || end === 'foreign') return `release_check_code_${end}`;
    try {
      await this.send(place, verdict);
    } catch (error) {
      // WeChat cancels within seconds: looking for a token then left nothing but an empty row.
      if (error instanceof AppError && error.kind === 'denied') {
        await this.store.erase({ platformId: place.platformId, appid: authorizerAppid });
      }
      throw error;
    }
    return 'release_check_answered';
  }

  /** A code used elsewhere is no obstacle: the `authorized` event brought a token, or INFO still tells the refresh token. */
  private async send({ platformId, componentAppid }: Place, request: ReleaseCheckRequest): Promise<void> {
    const { appid, openid } = request;
    const content = `${request.code.reveal()}_from_api`;
    const first = await this.tokens.get(platformId, appid, componentAppid);
    try {
      await this.wechat.sendCustomText({ accountToken: first.token, openid, content });
      return;
    } catch (error) {
      if (!(error instanceof WechatApiError) || error.errcodeClass !== 'refresh_credential') throw error;
    }
    await this.tokens.rejected(platformId, appid, first.version);
    const second = await this.tokens.get(platformId, appid, componentAppid);
    await this.wechat.sendCustomText({ accountToken: second.token, openid, content });
  }
}
