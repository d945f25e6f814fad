import { Injectable } from '@nestjs/common';
import { Clock } from '@app/kernel';
import { Jobs, Transactions } from '@app/platform';
import {
  CallbackError,
  type CallbackQuery,
  releaseCheckVerdict,
  type ReleaseCheckRequest,
  sealReply,
  textReplyXml,
} from '@app/wechat';
import { processPushEvent } from '../credentials.jobs';
import { PushEventRepository } from '../pushes/push-event.repository';
import { PushInbox } from '../pushes/push-inbox';
import { storing } from '../pushes/storing';

/** The HTTP body. `reply` is encrypted XML; `taken` stands for "nothing now", which is an empty body. */
export type MessageAnswer =
  { readonly kind: 'dropped' } | { readonly kind: 'taken' } | { readonly kind: 'reply'; readonly body: string };

type Opened = Awaited<ReturnType<PushInbox['open']>>;

/** Messages and events of accounts: checked and dropped, save those with which WeChat tests a platform before its release. */
@Injectable()
export class MessageInbox {
  constructor(
    private readonly inbox: PushInbox,
    private readonly pushes: PushEventRepository,
    private readonly transactions: Transactions,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * A push to the message-and-event URL of `appid`, known or not. Throws CallbackError, `platform_unknown`,
   * `database_unavailable`.
   */
  async receive(componentAppid: string, appid: string, query: CallbackQuery, body: Buffer): Promise<MessageAnswer> {
    const push = await this.open(componentAppid, query, body);
    if (push === null) return { kind: 'dropped' };
    const verdict = releaseCheckVerdict(appid, push.opened.fields, this.clock.now());
    switch (verdict.act) {
      case 'drop':
        return { kind: 'dropped' };
      case 'reply':
        return { kind: 'reply', body: this.seal(push, verdict.content, query.nonce) };
      case 'answer_by_api':
        await this.keep(push, verdict);
        return { kind: 'taken' };
    }
  }

  /** Null for XML we cannot read: it is signed by WeChat, so pushing it again would not help. */
  private async open(componentAppid: string, query: CallbackQuery, body: Buffer): Promise<Opened | null> {
    try {
      return await this.inbox.open(componentAppid, query, body);
    } catch (error) {
      if (error instanceof CallbackError && error.refusal === 'xml_invalid') return null;
      throw error;
    }
  }

  /** With the key that opened the message: during a change WeChat may not know the new one yet. */
  private seal({ keys, opened }: Opened, content: string, nonce: string): string {
    const at = this.clock.now();
    const [to, from] = [opened.fields.get('FromUserName') ?? '', opened.fields.get('ToUserName') ?? ''];
    const key = keys.encodingAesKeys.slice(opened.keyIndex);
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    const reply = { xml: textReplyXml({ to, from, content, at }), timestamp, nonce };
    return sealReply({ ...keys, encodingAesKeys: key }, reply).body;
  }

  /** The row first, sealed, for it holds a code; WeChat's repeat of the same message makes no second one. */
  private async keep({ keys, opened }: Opened, { sentAt }: ReleaseCheckRequest): Promise<void> {
    const push = {
      platformId: keys.platformId,
      xml: opened.xml,
      infoType: 'release_check_code',
      createTime: sentAt,
      receivedAt: this.clock.now(),
      outcome: null,
    };
    const id = await storing(() => this.transactions.run((manager) => this.pushes.insert(manager, push)));
    if (id !== null) void this.jobs.enqueue(processPushEvent, { pushEventId: id });
  }
}
