import { Secret } from '@app/kernel';
import { isRecord, type JsonRecord } from '../record';
import { WechatTransportError } from './transport-error';
import { type WechatCall } from './wechat-call';

/** A token and how long it lives, counted from the answer. */
export interface IssuedToken {
  readonly token: Secret;
  readonly expiresInSeconds: number;
}

/** Tokens live 7200 s. A longer life is not believed: a wrong one would keep a dead token in use. */
const MAX_LIFE_SECONDS = 86_400;
/** WeChat says to reserve 512 characters. */
const MAX_SECRET_LENGTH = 1_024;

/** Reads fields of one call's answer. The throwing readers throw `wechat_answer_invalid` and name the field. */
export class Answer {
  constructor(
    private readonly call: WechatCall,
    private readonly fields: JsonRecord,
  ) {}

  invalid(field: string): WechatTransportError {
    return new WechatTransportError('answer_invalid', this.call, { detail: { field } });
  }

  object(field: string): Answer {
    const value = this.fields[field];
    if (!isRecord(value)) throw this.invalid(field);
    return new Answer(this.call, value);
  }

  has(field: string): boolean {
    return isRecord(this.fields[field]);
  }

  isList(field: string): boolean {
    return Array.isArray(this.fields[field]);
  }

  /** Null when the field is absent or null. */
  optionalObject(field: string): Answer | null {
    const value = this.fields[field];
    return isRecord(value) ? new Answer(this.call, value) : null;
  }

  objects(field: string): Answer[] {
    const value = this.fields[field];
    if (!Array.isArray(value) || !value.every(isRecord)) throw this.invalid(field);
    return value.map((item) => new Answer(this.call, item));
  }

  /** Leaves out what is no object; empty when the field is no list. */
  optionalObjects(field: string): Answer[] {
    const value = this.fields[field];
    return Array.isArray(value) ? value.filter(isRecord).map((item) => new Answer(this.call, item)) : [];
  }

  text(field: string): string {
    const value = this.fields[field];
    if (typeof value !== 'string' || value === '') throw this.invalid(field);
    return value;
  }

  /** Empty when the field is absent or no text. */
  optionalText(field: string): string {
    const value = this.fields[field];
    return typeof value === 'string' ? value : '';
  }

  whole(field: string): number {
    const value = this.optionalWhole(field);
    if (value === null || value < 0) throw this.invalid(field);
    return value;
  }

  optionalWhole(field: string): number | null {
    const value = this.fields[field];
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
  }

  /** Null when the field is absent, empty, or nothing that could be sent back to WeChat. */
  optionalSecret(field: string): Secret | null {
    const value = this.optionalText(field);
    return value.length <= MAX_SECRET_LENGTH && /^[\x21-\x7e]+$/.test(value) ? new Secret(value) : null;
  }

  issued(field: string): IssuedToken {
    const issued = this.optionalIssued(field);
    if (issued === null) throw this.invalid(this.optionalSecret(field) === null ? field : 'expires_in');
    return issued;
  }

  /** The secret and the `expires_in` beside it; null when either cannot be used. */
  optionalIssued(field: string): IssuedToken | null {
    const token = this.optionalSecret(field);
    const expiresInSeconds = this.optionalWhole('expires_in') ?? 0;
    if (token === null || expiresInSeconds <= 0) return null;
    return { token, expiresInSeconds: Math.min(expiresInSeconds, MAX_LIFE_SECONDS) };
  }
}
