import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { WechatClient, type ListedAccount } from '@app/wechat';
import { PlatformCounterRepository } from '../platforms/platform-counter.repository';
import { ComponentCalls } from '../tokens/component-calls';
import { type Grant } from './grant';
import { lostExchangeVerdict } from './lost-exchange-policy';
import { LostExchangeRepository } from './lost-exchange.repository';

const PAGE = 500;
const HOUR_MS = 3_600_000;
/** A person waits for the answer: longer lists are left to the reconcile. */
const MAX_PAGES = 6;

/** A redirect does not name its account. When the answer to its code is lost, WeChat's list may tell which one it was. */
@Injectable()
export class LostExchange {
  private readonly logger = new Logger(LostExchange.name);

  constructor(
    private readonly calls: ComponentCalls,
    private readonly wechat: WechatClient,
    private readonly places: LostExchangeRepository,
    private readonly clock: Clock,
    private readonly counters: PlatformCounterRepository,
  ) {}

  /** Null when it cannot be told for sure. Throws what the calls throw. */
  async findAppid({ platformId, componentAppid, tie }: Grant, codeId: number): Promise<string | null> {
    const clickedAt = tie === null ? null : await this.places.findFirstClick(tie.inviteId);
    if (tie === null || clickedAt === null) return null;
    // A second system with the same component_appid exchanges codes, too, and voids our tokens: then nothing is sure.
    const rivals = await this.counters.count({ platformId, name: 'component_token_rejected' }, 'day');
    const othersUnderWay =
      rivals > 0 || (await this.places.isOtherUnderWay(platformId, codeId, tie, clickedAt, this.clock.now()));
    const listed = await this.list(platformId, componentAppid);
    if (!listed) return null;
    // Those authorized long before are of no interest, and their rows need not be read.
    const fresh = listed.filter(({ authorizedAt }) => authorizedAt.getTime() > clickedAt.getTime() - HOUR_MS);
    const stored = await this.places.findPlaces(
      platformId,
      fresh.map(({ appid }) => appid),
    );
    const verdict = lostExchangeVerdict(
      fresh.map(({ appid, authorizedAt, refreshToken }) => ({
        appid,
        authorizedAt,
        hasRefreshToken: refreshToken !== null,
        stored: stored.find((place) => place.appid === appid) ?? null,
      })),
      { merchantId: tie.merchantId, clickedAt, othersUnderWay },
    );
    this.logger.warn({ msg: 'answer to an authorization code was lost', platformId, ...verdict });
    return verdict.appid;
  }

  /** Null when the list is too long to be read while somebody waits. */
  private async list(platformId: string, componentAppid: string): Promise<ListedAccount[] | null> {
    const listed: ListedAccount[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.calls.run(platformId, 'api_get_authorizer_list', (componentToken) =>
        this.wechat.authorizerList({ componentAppid, componentToken, offset, count: PAGE }),
      );
      if (page.total > MAX_PAGES * PAGE) return null;
      listed.push(...page.accounts);
      if (page.accounts.length === 0 || offset + PAGE >= page.total) return listed;
    }
  }
}
