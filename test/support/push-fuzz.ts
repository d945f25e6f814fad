import { createCipheriv } from 'node:crypto';
import { pushSignature } from '../../apps/wechat-sandbox/src/crypto/push-cipher';
import { Chance } from './random';
import { type PlatformSecrets } from './tenants';
import { messageXml } from './wechat-push';

/** `valid`: must be answered success and be stored. `invalid`: must be refused, and nothing of it stored. */
export type FuzzExpectation = 'valid' | 'invalid';

export interface FuzzCase {
  readonly kind: string;
  readonly signed: boolean;
  readonly expects: FuzzExpectation;
  readonly path: string;
  readonly contentType: string | null;
  readonly body: Buffer;
  /** Of a valid case: the InfoType it is stored under. */
  readonly infoType: string | null;
}

interface Sealed {
  readonly encrypt: string;
  readonly envelope: string;
}

const SECOND = 1_000;
const MEGABYTE = 1_048_576;
const VALID_EVERY = 1_000;

/** Pushes that WeChat would never send, and one in a thousand that it would. The same seed gives the same pushes. */
export class PushFuzz {
  private readonly chance: Chance;
  private readonly key: Buffer;
  private made = 0;

  constructor(
    private readonly platform: PlatformSecrets,
    seed: number,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.chance = new Chance(seed);
    this.key = Buffer.from(`${platform.encodingAesKey}=`, 'base64');
  }

  next(): FuzzCase {
    const n = ++this.made;
    if (n % VALID_EVERY === 0) return this.valid(n);
    return n % 2 === 0 ? this.signedButWrong() : this.unsigned();
  }

  private valid(n: number): FuzzCase {
    const infoType = `fuzz_valid_${n}`;
    // Now and then one as long as a push may be; WeChat repeats none that it has not seen answered.
    const filler = n % (VALID_EVERY * 10) === 0 ? 'x'.repeat(500_000) : this.text(this.chance.below(2_000));
    const xml = messageXml({ ...this.head(infoType), Filler: filler });
    return { ...this.sent(`valid`, this.envelope(this.sealXml(xml))), expects: 'valid', infoType };
  }

  /** Everything the signature covers is signed; what is wrong lies underneath. */
  private signedButWrong(): FuzzCase {
    const kind = this.chance.pick(SIGNED_KINDS);
    return this.sent(`signed ${kind}`, this.wrong(kind));
  }

  private wrong(kind: (typeof SIGNED_KINDS)[number]): Sealed {
    const { chance, platform } = this;
    const good = this.head('fuzz_invalid');
    const xml = messageXml(good);
    const plain = this.plain(Buffer.from(xml));
    switch (kind) {
      case 'length too large':
        plain.writeUInt32BE(xml.length + 1 + chance.below(2 ** 31), 16);
        return this.envelope(this.cipher(plain));
      case 'length too small':
        plain.writeUInt32BE(chance.below(xml.length), 16);
        return this.envelope(this.cipher(plain));
      case 'other appid behind':
        return this.envelope(this.cipher(this.plain(Buffer.from(xml), `wx${chance.bytes(8).toString('hex')}`)));
      case 'no appid behind':
        return this.envelope(this.cipher(this.plain(Buffer.from(xml), '')));
      case 'padding byte':
        return this.envelope(this.cipher(plain, chance.pick([0, 33, 64, 255])));
      case 'padding uneven':
        return this.envelope(this.cipher(plain, 32, 7));
      case 'too short inside':
        return this.envelope(this.cipher(chance.bytes(chance.below(20))));
      case 'first block changed': {
        const bytes = Buffer.from(this.cipher(plain), 'base64');
        // A changed bit of the first block changes that bit of the length or the first tag behind it.
        bytes[chance.below(16)]! ^= 1 << chance.below(8);
        return this.envelope(bytes.toString('base64'));
      }
      case 'last block changed': {
        const bytes = Buffer.from(this.cipher(plain), 'base64');
        bytes[bytes.length - 1 - chance.below(16)]! ^= 1 << chance.below(8);
        return this.envelope(bytes.toString('base64'));
      }
      case 'blocks cut':
        return this.envelope(Buffer.from(this.cipher(plain), 'base64').subarray(0, -16).toString('base64'));
      case 'blocks of chance':
        return this.envelope(chance.bytes(32 * (1 + chance.below(40))).toString('base64'));
      case 'not base64': {
        const text = this.cipher(plain);
        const at = chance.below(text.length);
        return this.envelope(
          `${text.slice(0, at)}${chance.pick(['-', '_', '!', ' ', '\n', '=', '%', '中'])}${text.slice(at)}`,
        );
      }
      case 'base64 cut':
        return this.envelope(this.cipher(plain).slice(0, -1 - chance.below(40)) || '=');
      case 'empty ciphertext':
        return this.envelope('');
      case 'another key':
        return this.envelope(this.cipher(plain, null, 0, chance.bytes(32)));
      case 'not UTF-8':
        return this.envelope(
          this.sealXml(
            Buffer.concat([Buffer.from('<xml><A>'), Buffer.from([0xff, 0xfe, 0xc0]), Buffer.from('</A></xml>')]),
          ),
        );
      case 'tags broken': {
        const at = chance.pick([...xml.matchAll(/[<>/]/g)].map(({ index }) => index));
        return this.envelope(this.sealXml(xml.slice(0, at) + xml.slice(at + 1)));
      }
      case 'cut short':
        return this.envelope(this.sealXml(xml.slice(0, chance.below(xml.length - 8))));
      case 'entity bomb':
        return this.envelope(this.sealXml(`${ENTITY_BOMB}<xml><A>&e9;</A></xml>`));
      case 'file entity':
        return this.envelope(this.sealXml(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>${xml}`));
      case 'nested deep':
        return this.envelope(this.sealXml(`<xml>${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}</xml>`));
      case 'field twice':
        return this.envelope(this.sealXml(xml.replace('<InfoType>', `<InfoType>x</InfoType><InfoType>`)));
      case 'field missing':
        return this.envelope(this.sealXml(messageXml(without(good, chance.pick(Object.keys(good))))));
      case 'other platform inside':
        return this.envelope(this.sealXml(messageXml({ ...good, AppId: 'wx0123456789abcdef' })));
      case 'time no number':
        return this.envelope(
          this.sealXml(
            messageXml({
              ...good,
              CreateTime: chance.pick(['', 'soon', '1e9', '-1', '1.5', '0x10', '９９', '9'.repeat(40)]),
            }),
          ),
        );
      case 'event without fields':
        return this.envelope(
          this.sealXml(
            messageXml(
              this.head(chance.pick(['authorized', 'updateauthorized', 'unauthorized', 'component_verify_ticket'])),
            ),
          ),
        );
      case 'envelope of another platform': {
        const encrypt = this.cipher(plain);
        return { encrypt, envelope: messageXml({ AppId: 'wx0123456789abcdef', Encrypt: encrypt }) };
      }
      case 'envelope twice': {
        const encrypt = this.cipher(plain);
        return {
          encrypt,
          envelope: messageXml({ AppId: platform.appid, Encrypt: encrypt }).replace(
            '</xml>',
            '<Encrypt>AAAA</Encrypt></xml>',
          ),
        };
      }
      case 'envelope with a bomb': {
        const encrypt = this.cipher(plain);
        return { encrypt, envelope: `${ENTITY_BOMB}${messageXml({ AppId: platform.appid, Encrypt: encrypt })}` };
      }
      case 'envelope too large': {
        const encrypt = this.cipher(plain);
        const size = MEGABYTE + chance.below(800);
        return { encrypt, envelope: messageXml({ AppId: platform.appid, Encrypt: encrypt, Filler: 'x'.repeat(size) }) };
      }
    }
  }

  /** A good push whose signature does not cover it, or a body that is none. */
  private unsigned(): FuzzCase {
    const { chance } = this;
    const kind = chance.pick(UNSIGNED_KINDS);
    const good = this.sent(kind, this.envelope(this.sealXml(messageXml(this.head('fuzz_invalid')))));
    const url = new URL(good.path, 'http://gateway');
    const withQuery = (change: (query: URLSearchParams) => void): FuzzCase => {
      change(url.searchParams);
      return { ...good, signed: false, path: `${url.pathname}${url.search}` };
    };
    const withBody = (body: Buffer): FuzzCase => ({ ...good, signed: false, body });
    switch (kind) {
      case 'no signature':
        return withQuery((query) => {
          query.delete(chance.pick(['msg_signature', 'timestamp', 'nonce']));
        });
      case 'signature of chance':
        return withQuery((query) => {
          query.set('msg_signature', chance.bytes(20).toString('hex'));
        });
      case 'signature cut':
        return withQuery((query) => {
          query.set('msg_signature', (query.get('msg_signature') ?? '').slice(0, chance.below(40)));
        });
      case 'signature in capitals':
        // All digits stay what they are in capitals.
        return withQuery((query) => {
          query.set('msg_signature', `${(query.get('msg_signature') ?? '').toUpperCase()}A`);
        });
      case 'signature of nothing':
        return withQuery((query) => {
          query.set(
            'msg_signature',
            pushSignature(this.platform.callbackToken, query.get('timestamp') ?? '', query.get('nonce') ?? '', ''),
          );
        });
      case 'signature twice':
        return withQuery((query) => {
          query.append('msg_signature', query.get('msg_signature') ?? '');
        });
      case 'nonce changed':
        return withQuery((query) => {
          query.set('nonce', `${query.get('nonce') ?? ''}0`);
        });
      case 'body of another push':
        return withBody(this.sent('', this.envelope(this.sealXml(messageXml(this.head('fuzz_other'))))).body);
      case 'no body':
        return withBody(Buffer.alloc(0));
      case 'bytes of chance':
        return withBody(chance.bytes(chance.below(400)));
      case 'a megabyte':
        return chance.below(20) === 0
          ? withBody(Buffer.alloc(MEGABYTE - 1_000 + chance.below(2_000), 60))
          : withBody(Buffer.from('<xml>'));
      case 'JSON':
        return {
          ...withBody(Buffer.from(JSON.stringify({ AppId: this.platform.appid, Encrypt: 'AAAA' }))),
          contentType: 'application/json',
        };
      case 'unknown platform':
        return {
          ...good,
          signed: false,
          path: good.path.replace(this.platform.appid, `wx${chance.bytes(8).toString('hex')}`),
        };
    }
  }

  private head(infoType: string): Record<string, string | number> {
    const time = Math.floor(this.now() / SECOND);
    return { AppId: this.platform.appid, CreateTime: time, InfoType: infoType };
  }

  /** Letters of many lengths in UTF-8, and what XML has to hold in CDATA. */
  private text(length: number): string {
    return Array.from({ length }, () => this.chance.pick(['a', '&', '<', '>', '"', 'é', '中', '😀', ' ', '\n'])).join(
      '',
    );
  }

  private plain(message: Buffer, appid = this.platform.appid): Buffer {
    const head = Buffer.concat([this.chance.bytes(16), Buffer.alloc(4)]);
    head.writeUInt32BE(message.length, 16);
    return Buffer.concat([head, message, Buffer.from(appid)]);
  }

  private sealXml(xml: string | Buffer): string {
    return this.cipher(this.plain(Buffer.from(xml)));
  }

  /** @param padByte what the last bytes are, null for the right one. @param spoil how many of them are something else */
  private cipher(plain: Buffer, padByte: number | null = null, spoil = 0, key = this.key): string {
    const pad = 32 - (plain.length % 32);
    const padding = Buffer.alloc(pad, padByte ?? pad);
    for (let i = 0; i < spoil && i < padding.length - 1; i++) padding[i]! ^= 0x55;
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([cipher.update(plain), cipher.update(padding), cipher.final()]).toString('base64');
  }

  private envelope(encrypt: string): Sealed {
    return { encrypt, envelope: messageXml({ AppId: this.platform.appid, Encrypt: encrypt }) };
  }

  private sent(kind: string, { encrypt, envelope }: Sealed): FuzzCase {
    const { platform, chance } = this;
    const timestamp = String(Math.floor(this.now() / SECOND));
    const nonce = String(chance.below(2 ** 31));
    const query = new URLSearchParams({
      signature: pushSignature(platform.callbackToken, timestamp, nonce, ''),
      timestamp,
      nonce,
      encrypt_type: 'aes',
      msg_signature: pushSignature(platform.callbackToken, timestamp, nonce, encrypt),
    });
    return {
      kind,
      signed: true,
      expects: 'invalid',
      path: `/wechat/${platform.appid}/events?${query.toString()}`,
      contentType: chance.pick(['text/xml', 'application/xml', 'text/plain', null]),
      body: Buffer.from(envelope),
      infoType: null,
    };
  }
}

const SIGNED_KINDS = [
  'length too large',
  'length too small',
  'other appid behind',
  'no appid behind',
  'padding byte',
  'padding uneven',
  'too short inside',
  'first block changed',
  'last block changed',
  'blocks cut',
  'blocks of chance',
  'not base64',
  'base64 cut',
  'empty ciphertext',
  'another key',
  'not UTF-8',
  'tags broken',
  'cut short',
  'entity bomb',
  'file entity',
  'nested deep',
  'field twice',
  'field missing',
  'other platform inside',
  'time no number',
  'event without fields',
  'envelope of another platform',
  'envelope twice',
  'envelope with a bomb',
  'envelope too large',
] as const;
const UNSIGNED_KINDS = [
  'no signature',
  'signature of chance',
  'signature cut',
  'signature in capitals',
  'signature of nothing',
  'signature twice',
  'nonce changed',
  'body of another push',
  'no body',
  'bytes of chance',
  'a megabyte',
  'JSON',
  'unknown platform',
] as const;
const ENTITY_BOMB = `<!DOCTYPE x [<!ENTITY e0 "x">${Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')}]>`;

function without(fields: Record<string, string | number>, name: string): Record<string, string | number> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}
