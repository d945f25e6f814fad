import { AccountDirectory, AccountTokens, gateVerdict } from '@app/credentials';
import { Clock } from '@app/kernel';
import { DATACUBE, WechatClient } from '@app/wechat';
import { Injectable, Logger } from '@nestjs/common';
import { QuotaHintRepository } from './quota-hint.repository';

/** Asks WeChat what an appid may do in a day: at most once a day, and only when bulk work comes near its careful cap. */
@Injectable()
export class QuotaHints {
  private readonly logger = new Logger(QuotaHints.name);

  constructor(
    private readonly accounts: AccountDirectory,
    private readonly tokens: AccountTokens,
    private readonly wechat: WechatClient,
    private readonly repository: QuotaHintRepository,
    private readonly clock: Clock,
  ) {}

  /** A refusal costs the hint of the day, nothing else. True when the limit is known anew. */
  async read(accountId: number): Promise<boolean> {
    const account = (await this.accounts.fetchable([accountId])).get(accountId);
    if (!account || !gateVerdict(account.gate).open) return false;
    const { platformId, appid, componentAppid } = account;
    if (!(await this.repository.claim(appid, this.clock.now()))) return false;
    try {
      const { token } = await this.tokens.get(platformId, appid, componentAppid);
      const { dailyLimit, used } = await this.wechat.quota({ token, cgiPath: DATACUBE.path });
      await this.repository.store(appid, { dailyLimit, used, readAt: this.clock.now() });
      this.logger.log({ msg: 'daily limit read', appid, dailyLimit, used });
    } catch (err) {
      this.logger.warn({ msg: 'daily limit not read', appid, err });
      return false;
    }
    await this.repository.resume(appid, this.clock.now());
    return true;
  }
}
