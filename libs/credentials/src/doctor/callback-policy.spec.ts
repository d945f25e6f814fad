import { brief } from '../testing/findings';
import { callbackFinding, type CallbackFacts } from './callback-policy';
import { said } from './wording';

const good = { answered: true, status: 200, ms: 40, bytes: 7, isSuccess: true } as const;
const failed = (fault: string) => ({ answered: false, fault, text: said('It failed.', '失败。') }) as never;
const found = (result: CallbackFacts['result'], inInbox: boolean | null = true): string =>
  brief(callbackFinding({ url: 'https://wx.example/wechat/wxc/events', result, inInbox }));

describe('callbackFinding', () => {
  it.each<[string, CallbackFacts['result'], boolean | null, string]>([
    ['all as WeChat wants it', good, true, 'callback_ok ok'],
    ['an answer just fast enough', { ...good, ms: 2_500 }, true, 'callback_ok ok'],
    ['a slow answer', { ...good, ms: 2_501 }, true, 'callback_slow warning'],
    ['somebody else answering', good, false, 'callback_elsewhere problem'],
    ['an inbox that cannot be read', good, null, 'callback_not_checked unknown'],
    ['a byte more', { ...good, bytes: 8, isSuccess: false }, true, 'callback_extra_bytes problem'],
    ['nothing in it', { ...good, bytes: 0, isSuccess: false }, false, 'callback_extra_bytes problem'],
    ['a redirect', { ...good, status: 301 }, null, 'callback_redirect problem'],
    ['a redirect that keeps the method', { ...good, status: 308 }, null, 'callback_redirect problem'],
    ['another installation’s keys', { ...good, status: 403 }, false, 'callback_refused problem'],
    ['an unknown platform', { ...good, status: 404 }, false, 'callback_not_found problem'],
    ['a database that is away', { ...good, status: 503 }, false, 'callback_status problem'],
    ['another good status', { ...good, status: 204 }, true, 'callback_status problem'],
  ])('%s', (_name, result, inInbox, expected) => {
    expect(found(result, inInbox)).toBe(expected);
  });

  it.each([
    'dns_failed',
    'dns_timeout',
    'connect_failed',
    'connect_timeout',
    'tls_expired',
    'tls_wrong_name',
    'tls_untrusted',
    'tls_failed',
    'timeout',
    'answer_too_large',
    'broken_off',
    'port_refused',
    'url_invalid',
  ])('names %s', (fault) => {
    expect(found(failed(fault))).toBe(`callback_${fault} problem`);
  });

  it('cannot judge from inside a private network', () => {
    expect(found(failed('address_refused'))).toBe('callback_address_refused unknown');
  });
});
