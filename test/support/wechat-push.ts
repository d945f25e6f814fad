import { randomBytes } from 'node:crypto';
import { encryptPush, pushSignature } from '../../apps/wechat-sandbox/src/crypto/push-cipher';
import { type Answer } from './api';
import { rawRequest } from './raw-http';
import { type PlatformSecrets } from './tenants';

export interface HandMadePush {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Fields of a message as WeChat writes them. */
export function messageXml(fields: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(fields).map(([name, value]) =>
    typeof value === 'number' ? `<${name}>${value}</${name}>` : `<${name}><![CDATA[${value}]]></${name}>`,
  );
  return `<xml>${lines.join('\n')}\n</xml>`;
}

/** An encrypted and signed push, each with a nonce of its own; the path may be changed for another platform's. */
export function sealPush(
  platform: PlatformSecrets,
  xml: string,
  path = `/wechat/${platform.appid}/events`,
): HandMadePush {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const nonce = randomBytes(5).toString('hex');
  const encrypted = encryptPush(platform.encodingAesKey, platform.appid, xml);
  const query = new URLSearchParams({
    timestamp,
    nonce,
    encrypt_type: 'aes',
    msg_signature: pushSignature(platform.callbackToken, timestamp, nonce, encrypted),
  });
  const body = messageXml({ AppId: platform.appid, Encrypt: encrypted });
  return { path: `${path}?${query.toString()}`, headers: { 'content-type': 'text/xml' }, body };
}

export function sendPush(origin: string, push: HandMadePush): Promise<Answer> {
  return rawRequest(origin, { method: 'POST', ...push });
}

/** Pushes that must not be taken, and the status each is refused with. `event` writes a message of a type. */
export function badPushes(
  platform: PlatformSecrets,
  event: (infoType: string) => string,
): [name: string, push: HandMadePush, status: number][] {
  const good = sealPush(platform, event('some_event'));
  const path = `/wechat/${platform.appid}/events`;
  const change = (name: string, value: string): HandMadePush => {
    const url = new URL(good.path, 'http://gateway');
    url.searchParams.set(name, value);
    return { ...good, path: `${url.pathname}${url.search}` };
  };
  const stranger = { ...platform, appid: 'wx0123456789abcdef' };
  const json = { body: '{"Encrypt":"x"}', headers: { 'content-type': 'application/json' } };
  return [
    ['wrong signature', change('msg_signature', '0'.repeat(40)), 403],
    ['short signature', change('msg_signature', 'x'), 403],
    ['no signature', change('msg_signature', ''), 403],
    ['other nonce', change('nonce', '1'), 403],
    ['other time', change('timestamp', '1'), 403],
    ['signed with another token', sealPush({ ...platform, callbackToken: 'x' }, event('some_event')), 403],
    ['no query', { ...good, path }, 403],
    ['sealed with another key', sealPush({ ...platform, encodingAesKey: 'a'.repeat(43) }, 'x'), 400],
    ['unknown platform', sealPush(stranger, event('some_event')), 404],
    ['another platform’s message', sealPush(stranger, event('some_event'), path), 400],
    ['no body', { ...good, body: '' }, 400],
    ['garbage', { ...good, body: '\u0000\u0001 garbage' }, 400],
    ['JSON', { ...good, ...json }, 400],
    ['an entity', { ...good, body: '<!DOCTYPE x [<!ENTITY e "x">]><xml><Encrypt>&e;</Encrypt></xml>' }, 400],
    ['no event in it', sealPush(platform, 'not xml'), 400],
    ['an event without fields', sealPush(platform, event('authorized')), 400],
    ['2 MB', { ...good, body: `<xml>${'x'.repeat(2_000_000)}</xml>` }, 413],
  ];
}
