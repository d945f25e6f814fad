import { setTimeout as sleep } from 'node:timers/promises';
import { eventMessage, FOLLOWER, messagePush, textMessage } from '../push/message-push';
import { replyFault } from '../push/passive-reply';
import { type PushAnswer } from '../push/push-post';
import { type XmlFields } from '../push/push-xml';
import { type Platform } from '../state/model';
import { type ReleaseTestAccount } from '../state/release-test-accounts';
import { type World } from '../world';

export interface Step {
  readonly step: string;
  readonly ok: boolean;
  /** Real ms until the answer. */
  readonly ms: number;
  /** What was seen, or what was wrong; never a code. */
  readonly detail: string;
}

const TEXT = 'TESTCOMPONENT_MSG_TYPE_TEXT';
/** The page says "at once"; how long WeChat waits for the message is not known. */
const MESSAGE_WITHIN_MS = 5000;

/** The steps of the release check for a platform that chose messages. */
export class MessageSteps {
  constructor(
    private readonly world: World,
    private readonly platform: Platform,
    private readonly tested: ReleaseTestAccount,
  ) {}

  async all(code: string): Promise<Step[]> {
    const { kind } = this.tested;
    if (this.platform.messageUrl === '') return [{ step: kind, ok: false, ms: 0, detail: 'no messageUrl' }];
    // the page names text and event for Official Accounts only
    const passive = kind === 'official' ? [await this.text(), await this.event('LOCATION')] : [];
    return [...passive, ...(await this.message(code))];
  }

  private text(): Promise<Step> {
    return this.replied('official_text', textMessage(TEXT), `${TEXT}_callback`);
  }

  private event(name: string): Promise<Step> {
    return this.replied('official_event', eventMessage(name), `${name}from_callback`);
  }

  private async message(code: string): Promise<Step[]> {
    const { kind, appid } = this.tested;
    const started = performance.now();
    const { text, ...answer } = await this.ask(textMessage(`QUERY_AUTH_CODE:${code}`));
    const quiet = text === '' || text === 'success' ? null : 'answered by neither nothing nor success';
    const first = stepOf(`${kind}_code`, answer, quiet);
    const wanted = `${code}_from_api`;
    const isThere = (): boolean =>
      this.world.messages.list(appid).some(({ touser, content }) => touser === FOLLOWER && content === wanted);
    while (!isThere() && performance.now() - started < MESSAGE_WITHIN_MS) await sleep(20);
    const ms = Math.round(performance.now() - started);
    return [first, { step: `${kind}_api_message`, ok: isThere(), ms, detail: isThere() ? 'came' : 'did not come' }];
  }

  private async replied(step: string, message: XmlFields, content: string): Promise<Step> {
    const { text, ...answer } = await this.ask(message);
    const wanted = { to: FOLLOWER, from: this.tested.userName, content };
    return stepOf(step, answer, replyFault(this.platform, text, wanted));
  }

  private ask(message: XmlFields): Promise<PushAnswer> {
    const now = this.world.clock.seconds();
    return this.world.pusher.ask(messagePush(this.platform, this.tested.appid, message, now));
  }
}

function stepOf(step: string, { status, error, ms }: Omit<PushAnswer, 'text'>, fault: string | null): Step {
  const wrong = error ?? (status === 200 ? fault : `status ${status ?? 0}`);
  return { step, ok: wrong === null, ms, detail: wrong ?? 'as wanted' };
}
