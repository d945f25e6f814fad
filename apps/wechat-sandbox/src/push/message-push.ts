import { type Platform } from '../state/model';
import { userNameOf } from '../state/value-shapes';
import { type Push } from './push-post';
import { type XmlFields, xmlDocument } from './push-xml';

/** Whoever writes to accounts here. */
export const FOLLOWER = 'oSandboxFollower000000000000';

let written = 0;

export function textMessage(content: string): XmlFields {
  written += 1;
  return [
    ['MsgType', 'text'],
    ['Content', content],
    ['MsgId', Date.now() * 1000 + (written % 1000)],
  ];
}

export const eventMessage = (event: string): XmlFields => [
  ['MsgType', 'event'],
  ['Event', event],
];

/** A message or event of a follower, on its way to the platform's message URL. `now` in Unix seconds. */
export function messagePush(platform: Platform, appid: string, message: XmlFields, now: number): Push {
  const toUserName = userNameOf(appid);
  const head: XmlFields = [
    ['ToUserName', toUserName],
    ['FromUserName', FOLLOWER],
    ['CreateTime', now],
  ];
  const url = platform.messageUrl.replaceAll('$APPID$', appid);
  const xml = xmlDocument([...head, ...message]);
  return { platform, infoType: 'message', appid, xml, message: { url, toUserName, openid: FOLLOWER } };
}
