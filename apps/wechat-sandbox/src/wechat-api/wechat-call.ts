import { WechatError } from './wechat-error';

/** One call as handlers see it; they fill in appid and component for the call log. */
export interface WechatCall {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
  readonly ip: string;
  appid: string;
  component: string;
}

/** The answer: an object, or text that is JSON already. Errors are thrown as WechatError. */
export type WechatHandler = (call: WechatCall) => object | string;

export type JsonBody = Readonly<Record<string, unknown>>;

/** Throws 44002 for an empty body and 47001 for one that is not a JSON object. */
export function readBody(call: WechatCall): JsonBody {
  if (call.rawBody === '') throw new WechatError(44002);
  const body = peekBody(call);
  if (body === null) throw new WechatError(47001);
  return body;
}

/** null instead of an error, for looks at the body before it is its turn to be checked. */
export function peekBody(call: WechatCall): JsonBody | null {
  try {
    const value: unknown = JSON.parse(call.rawBody);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonBody) : null;
  } catch {
    return null;
  }
}

export function textField(body: JsonBody, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}
