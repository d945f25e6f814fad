import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from './app-error';
import { Secret } from './secret';

/** What a database row keeps of a secret: AES-256-GCM `nonce (12) | tag (16) | ciphertext`, and the id of its key. */
export interface Sealed {
  readonly keyId: string;
  readonly bytes: Buffer;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** A ring holds the key that seals and those on their way in or out; more are forgotten ones. */
const MAX_KEYS = 32;

/** The keys this process may open with; the first seals. Ids are names a person gives, at most 32 characters. */
export class KeyRing {
  private readonly keys: ReadonlyMap<string, Buffer>;
  readonly sealingKeyId: string;

  /** @param entries key id → 32 bytes, the sealing key first. Throws `key_ring_invalid` (names the rule, never a value). */
  constructor(entries: readonly (readonly [string, Buffer])[]) {
    const [first] = entries;
    if (!first) throw invalidRing('holds no key');
    if (entries.length > MAX_KEYS) throw invalidRing(`holds more than ${MAX_KEYS} keys`);
    for (const [id, key] of entries) {
      if (!/^[A-Za-z0-9_-]{1,32}$/.test(id)) throw invalidRing('has a key id that is not 1-32 of A-Z a-z 0-9 _ -');
      if (key.length !== KEY_BYTES) throw invalidRing(`key ${id} is not 32 bytes`);
    }
    this.keys = new Map(entries);
    if (this.keys.size !== entries.length) throw invalidRing('names a key id twice');
    this.sealingKeyId = first[0];
  }

  /** Reads `id:base64,id:base64`, the sealing key first. */
  static parse(text: string): KeyRing {
    const entries = text.split(',').map((part): [string, Buffer] => {
      const at = part.indexOf(':');
      if (at < 1) throw invalidRing('is not a list of id:base64');
      return [part.slice(0, at).trim(), Buffer.from(part.slice(at + 1).trim(), 'base64')];
    });
    return new KeyRing(entries);
  }

  /** The sealing key first. */
  get ids(): readonly string[] {
    return [...this.keys.keys()];
  }

  has(id: string): boolean {
    return this.keys.has(id);
  }

  get(id: string): Buffer {
    const key = this.keys.get(id);
    if (!key) throw new AppError('unavailable', 'key_missing', { detail: { keyId: id } });
    return key;
  }
}

function invalidRing(rule: string): AppError {
  return new AppError('invalid', 'key_ring_invalid', {
    message: { en: `key ring ${rule}`, zh: `密钥环不合规：${rule}` },
  });
}

/** Seals secrets at rest. The context is additional data: bytes moved to another row, account or kind do not open. */
export class SecretBox {
  constructor(private readonly ring: KeyRing) {}

  /** A box that seals and opens with one key of the ring alone. */
  static of(ring: KeyRing, keyId: string): SecretBox {
    return new SecretBox(new KeyRing([[keyId, ring.get(keyId)]]));
  }

  seal(secret: Secret, context: readonly string[]): Sealed {
    const keyId = this.ring.sealingKeyId;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.ring.get(keyId), nonce);
    cipher.setAAD(additionalData(keyId, context));
    const body = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
    return { keyId, bytes: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
  }

  /** Throws `key_missing` when the ring lacks the key, `sealed_value_invalid` when bytes or context do not match. */
  open(sealed: Sealed, context: readonly string[]): Secret {
    const key = this.ring.get(sealed.keyId);
    try {
      const nonce = sealed.bytes.subarray(0, NONCE_BYTES);
      const tag = sealed.bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(additionalData(sealed.keyId, context));
      decipher.setAuthTag(tag);
      const body = decipher.update(sealed.bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return new Secret(Buffer.concat([body, decipher.final()]).toString('utf8'));
    } catch (cause) {
      throw new AppError('bug', 'sealed_value_invalid', { cause, detail: { keyId: sealed.keyId } });
    }
  }
}

/** JSON keeps the parts apart: ['a','bc'] and ['ab','c'] must differ. */
function additionalData(keyId: string, context: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['wpg1', keyId, ...context]), 'utf8');
}
