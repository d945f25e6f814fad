import { authorizedXml, unauthorizedXml, xmlDocument } from '../push/push-xml';
import { messagePush, textMessage } from '../push/message-push';
import { type Push } from '../push/push-post';
import { type SentPush } from '../push/pusher';
import { type Platform } from '../state/model';
import { newAuthCode, newPreAuthCode } from '../state/value-shapes';
import { type World } from '../world';
import { needPlatform } from './authorization-acts';
import { ControlError, Fields } from './fields';

const PUSH_FIELDS = [
  'component_appid',
  'kind',
  'appid',
  'infoType',
  'content',
  'duplicate',
  'delayMs',
  'wrongSignature',
  'wait',
] as const;

const KINDS = ['ticket', 'authorized', 'updateauthorized', 'unauthorized', 'message', 'other', 'stop', 'start'];

/** POST /sandbox/push. With `wait` (default) it answers when every try is over. */
export async function pushByControl(world: World, body: unknown): Promise<object> {
  const fields = Fields.of(body, PUSH_FIELDS);
  const kind = fields.text('kind') ?? 'ticket';
  if (!KINDS.includes(kind)) throw new ControlError(400, `kind must be one of ${KINDS.join(', ')}`);
  const platform = needPlatform(world, fields.needText('component_appid'));
  if (kind === 'stop' || kind === 'start') {
    platform.pushStopped = kind === 'stop';
    world.store.touch();
    return { ok: true, pushStopped: platform.pushStopped };
  }
  const copies = 1 + (fields.flag('duplicate') === true ? 1 : 0);
  const delayMs = fields.whole('delayMs');
  const options = {
    ...(delayMs === undefined ? {} : { delayMs }),
    wrongSignature: fields.flag('wrongSignature') ?? false,
  };
  const sent: SentPush[] = [];
  if (kind === 'ticket') {
    const ticketPush = world.tickets.pushNow(platform, options);
    sent.push(ticketPush);
    if (copies === 2) sent.push(world.pusher.send({ ...ticketPush.push, ...options }));
  } else {
    const push = { ...eventPush(world, platform, kind, fields), ...options };
    for (let copy = 0; copy < copies; copy += 1) sent.push(world.pusher.send(push));
  }
  if (fields.flag('wait') ?? true) await Promise.all(sent.map(({ done }) => done));
  return { ok: true, deliveries: sent.map(({ delivery }) => delivery) };
}

/** Events made by hand tell of nothing that happened: codes in them are unknown to api_query_auth. */
function eventPush(world: World, platform: Platform, kind: string, fields: Fields): Push {
  const now = world.clock.seconds();
  const base = { platform, appid: fields.text('appid') ?? null };
  if (kind === 'other') {
    const infoType = fields.needText('infoType');
    const xml = xmlDocument([
      ['AppId', platform.appid],
      ['CreateTime', now],
      ['InfoType', infoType],
    ]);
    return { ...base, infoType, xml };
  }
  const appid = fields.needText('appid');
  if (kind === 'message') {
    if (platform.messageUrl === '') throw new ControlError(409, 'the platform has no messageUrl');
    return messagePush(platform, appid, textMessage(fields.text('content') ?? 'hello'), now);
  }
  if (kind === 'unauthorized') return { ...base, infoType: kind, xml: unauthorizedXml(platform.appid, now, appid) };
  const infoType = kind === 'updateauthorized' ? kind : 'authorized';
  const code = newAuthCode();
  const preAuthCode = newPreAuthCode();
  world.store.remember('authorization_code', code);
  world.store.remember('pre_auth_code', preAuthCode);
  const event = { infoType, authorizer: appid, code, codeExpiresAt: now + 3600, preAuthCode } as const;
  return { ...base, infoType, xml: authorizedXml(platform.appid, now, event) };
}
