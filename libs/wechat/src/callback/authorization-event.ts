import { AppError, Secret } from '@app/kernel';

interface EventHead {
  /** The platform's component_appid. */
  readonly appid: string;
  readonly createTime: Date;
}

export interface TicketEvent extends EventHead {
  readonly infoType: 'component_verify_ticket';
  readonly ticket: Secret;
}

export interface GrantEvent extends EventHead {
  readonly infoType: 'authorized' | 'updateauthorized';
  readonly authorizerAppid: string;
  readonly authorizationCode: Secret;
  readonly codeExpiresAt: Date;
  /** Null when the push names none; ties the push to the link that was clicked. */
  readonly preAuthCode: Secret | null;
}

export interface RevokeEvent extends EventHead {
  readonly infoType: 'unauthorized';
  readonly authorizerAppid: string;
}

/** An InfoType we do not act on; it is answered `success` like the others. */
export interface OtherEvent extends EventHead {
  readonly infoType: 'other';
  readonly name: string;
}

export type AuthorizationEvent = TicketEvent | GrantEvent | RevokeEvent | OtherEvent;

/** Tickets and codes have about 100 characters; what is longer could not be stored. */
const MAX_SECRET_LENGTH = 1_024;
/** Below this (September 2001) AuthorizationCodeExpiredTime can only be a duration. */
const FIRST_ABSOLUTE_SECOND = 1_000_000_000;

/** Reads the fields of a push to the authorization-event URL. Throws `event_invalid` with detail `{field}`. */
export function readAuthorizationEvent(fields: ReadonlyMap<string, string>): AuthorizationEvent {
  const infoType = text(fields, 'InfoType');
  const head = { appid: text(fields, 'AppId'), createTime: new Date(seconds(fields, 'CreateTime') * 1000) };
  switch (infoType) {
    case 'component_verify_ticket':
      return { ...head, infoType, ticket: secret(fields, 'ComponentVerifyTicket') };
    case 'authorized':
    case 'updateauthorized':
      return { ...head, infoType, ...readGrant(fields, head.createTime) };
    case 'unauthorized':
      return { ...head, infoType, authorizerAppid: text(fields, 'AuthorizerAppid') };
    default:
      return { ...head, infoType: 'other', name: infoType };
  }
}

function readGrant(
  fields: ReadonlyMap<string, string>,
  createTime: Date,
): Omit<GrantEvent, 'infoType' | keyof EventHead> {
  const preAuthCode = fields.get('PreAuthCode') ?? '';
  const expires = seconds(fields, 'AuthorizationCodeExpiredTime');
  // The page calls it a number of seconds; what arrives is a Unix time, CreateTime + 3600.
  const expiresAt = expires < FIRST_ABSOLUTE_SECOND ? createTime.getTime() + expires * 1000 : expires * 1000;
  return {
    authorizerAppid: text(fields, 'AuthorizerAppid'),
    authorizationCode: secret(fields, 'AuthorizationCode'),
    codeExpiresAt: new Date(expiresAt),
    preAuthCode: preAuthCode === '' ? null : new Secret(preAuthCode),
  };
}

function text(fields: ReadonlyMap<string, string>, field: string): string {
  const value = fields.get(field);
  if (value === undefined || value === '') throw invalid(field);
  return value;
}

function secret(fields: ReadonlyMap<string, string>, field: string): Secret {
  const value = text(fields, field);
  if (value.length > MAX_SECRET_LENGTH) throw invalid(field);
  return new Secret(value);
}

function seconds(fields: ReadonlyMap<string, string>, field: string): number {
  const value = text(fields, field);
  if (!/^\d{1,11}$/.test(value)) throw invalid(field);
  return Number(value);
}

function invalid(field: string): AppError {
  return new AppError('invalid', 'event_invalid', {
    message: { en: `The event lacks a usable ${field}.`, zh: `事件缺少有效的 ${field}。` },
    detail: { field },
  });
}
