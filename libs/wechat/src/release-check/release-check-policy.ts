import { Secret } from '@app/kernel';
import { findReleaseCheckAppid } from './release-check-accounts';

/** What the release check wants for a message. `because` says why everything else is answered `success` and dropped. */
export type ReleaseCheckVerdict =
  | { readonly act: 'drop'; readonly because: 'not_a_test_account' | 'other_path' | 'too_old' | 'no_test_message' }
  | { readonly act: 'reply'; readonly content: string }
  | ReleaseCheckRequest;

/** The code is to be exchanged, and told to the follower by a message of the account: `<code>_from_api`. */
export interface ReleaseCheckRequest {
  readonly act: 'answer_by_api';
  readonly appid: string;
  readonly openid: string;
  readonly code: Secret;
  readonly sentAt: Date;
}

/** An authorization code lives an hour: what is older is a replay. */
const FRESH_MS = 3_600_000;
const TEXT = 'TESTCOMPONENT_MSG_TYPE_TEXT';
/** Codes look like `queryauthcode@@@` and 86 characters; 512 is what WeChat says to reserve for such values. */
const QUERY_AUTH_CODE = /^QUERY_AUTH_CODE:([\x21-\x7e]{1,512})$/;

/**
 * What to do with the decrypted message that came for `appid`, the account in the push's path (null: seen before). Only a test account's own
 * messages count: its user name stands inside the ciphertext, which nobody but WeChat can write, unlike the path.
 *
 * Sure (releases_instructions.html): the text and its answer; QUERY_AUTH_CODE, answered by an empty body within 5 s and by a
 * customer-service message at once. Fairly sure: the event, no longer on the page but still among the results of the check
 * (WxJava#494) and in every SDK's demo; its answer is the event's name and `from_callback`, without anything between.
 */
export function releaseCheckVerdict(
  appid: string | null,
  fields: ReadonlyMap<string, string>,
  now: Date,
): ReleaseCheckVerdict {
  const tested = findReleaseCheckAppid(fields.get('ToUserName') ?? '');
  if (tested === null) return { act: 'drop', because: 'not_a_test_account' };
  if (appid !== null && tested !== appid) return { act: 'drop', because: 'other_path' };
  const content = fields.get('Content') ?? '';
  const event = fields.get('Event') ?? '';
  const type = fields.get('MsgType');
  if (type === 'event' && event !== '') return { act: 'reply', content: `${event}from_callback` };
  if (type !== 'text') return NO_TEST;
  return content === TEXT ? { act: 'reply', content: `${TEXT}_callback` } : request(tested, fields, content, now);
}

const NO_TEST = { act: 'drop', because: 'no_test_message' } as const;

function request(appid: string, fields: ReadonlyMap<string, string>, content: string, now: Date): ReleaseCheckVerdict {
  const code = QUERY_AUTH_CODE.exec(content)?.[1];
  const openid = fields.get('FromUserName') ?? '';
  const seconds = fields.get('CreateTime') ?? '';
  if (code === undefined || openid === '' || !/^\d{1,11}$/.test(seconds)) return NO_TEST;
  const sentAt = new Date(Number(seconds) * 1_000);
  if (now.getTime() - sentAt.getTime() > FRESH_MS) return { act: 'drop', because: 'too_old' };
  return { act: 'answer_by_api', appid, openid, code: new Secret(code), sentAt };
}
