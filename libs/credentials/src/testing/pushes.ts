import { createCipheriv, createHash } from 'node:crypto';
import { type CallbackQuery } from '@app/wechat';
import { AES_KEY, CALLBACK_TOKEN, PLATFORM } from './harness';

export interface Push {
  readonly query: CallbackQuery;
  readonly body: Buffer;
}

/** A push as WeChat sends it, written from its documents (message_push.html). */
export function push(xml: string, overrides: { token?: string; nonce?: string; platform?: string } = {}): Push {
  const appid = overrides.platform ?? PLATFORM.appid;
  const key = Buffer.from(`${AES_KEY}=`, 'base64');
  const message = Buffer.from(xml);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([Buffer.alloc(16, 'r'), length, message, Buffer.from(appid)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypt = Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]);
  const text = encrypt.toString('base64');
  const timestamp = '1768442400';
  const nonce = overrides.nonce ?? '42';
  const signed = [overrides.token ?? CALLBACK_TOKEN, timestamp, nonce, text].sort().join('');
  const msgSignature = createHash('sha1').update(signed).digest('hex');
  const body = `<xml><AppId><![CDATA[${appid}]]></AppId><Encrypt><![CDATA[${text}]]></Encrypt></xml>`;
  return { query: { timestamp, nonce, msgSignature }, body: Buffer.from(body) };
}

function event(infoType: string, at: Date, fields: Readonly<Record<string, string>>): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  const rest = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>\n`);
  return (
    `<xml><AppId><![CDATA[${PLATFORM.appid}]]></AppId>\n<CreateTime>${seconds}</CreateTime>\n` +
    `<InfoType><![CDATA[${infoType}]]></InfoType>\n${rest.join('')}</xml>`
  );
}

export function ticketXml(ticket: string, at: Date): string {
  return event('component_verify_ticket', at, { ComponentVerifyTicket: ticket });
}

export function grantXml(
  at: Date,
  grant: { readonly appid: string; readonly code: string; readonly preAuthCode?: string; readonly infoType?: string },
): string {
  return event(grant.infoType ?? 'authorized', at, {
    AuthorizerAppid: grant.appid,
    AuthorizationCode: grant.code,
    AuthorizationCodeExpiredTime: String(Math.floor(at.getTime() / 1_000) + 3_600),
    ...(grant.preAuthCode === undefined ? {} : { PreAuthCode: grant.preAuthCode }),
  });
}

export function revokeXml(at: Date, appid: string): string {
  return event('unauthorized', at, { AuthorizerAppid: appid });
}

export function otherXml(at: Date): string {
  return event('notify_third_fasteregister', at, { status: '0' });
}
