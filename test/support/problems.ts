import { type Answer } from './api';

const CHINESE = /[\u4e00-\u9fff]/;

/** What is wrong with an answer as problem details (RFC 9457) in one language; empty when nothing is. */
export function problemFaults(answer: Answer, language: 'en' | 'zh'): string[] {
  const { json, headers, status } = answer;
  const faults: string[] = [];
  const check = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  check(status >= 400 && status < 500, `status is ${status}`);
  const type = headers.get('content-type') ?? '';
  check(/^application\/problem\+json(;|$)/.test(type), `content type is ${type}`);
  if (typeof json !== 'object' || json === null) return [...faults, `body is ${answer.text.slice(0, 80)}`];
  check(json.status === status, `body says status ${String(json.status)}`);
  check(/^[a-z][a-z0-9_]{2,63}$/.test(json.code), `code is ${String(json.code)}`);
  check(json.type === `urn:wpg:problem:${String(json.code)}`, `type is ${String(json.type)}`);
  check(/^req_[0-9a-z]+$/.test(json.requestId), `requestId is ${String(json.requestId)}`);
  check(json.requestId === headers.get('x-request-id'), 'requestId is not that of X-Request-Id');
  check(headers.get('content-language') === language, `content language is ${String(headers.get('content-language'))}`);
  const texts = [json.title, json.detail, ...(json.errors ?? []).map((one: { message: unknown }) => one.message)];
  check(json.detail !== json.title, `detail only repeats the title: ${String(json.detail)}`);
  for (const text of texts) {
    check(typeof text === 'string' && text.length > 1, `text is ${String(text)}`);
    check(CHINESE.test(String(text)) === (language === 'zh'), `not ${language}: ${String(text)}`);
  }
  return faults;
}

/** The body without what differs between any two requests. */
export function sameForAll(answer: Answer): string {
  return answer.text.replace(/"requestId":"req_[0-9a-z]+"/, '"requestId":""');
}
