import { explainErrcode, WechatApiError } from '@app/wechat';
import { brief } from '../testing/findings';
import { refusalOf } from './gather';
import { probeFindings, type ProbeResult } from './wechat-probe-policy';
import { said } from './wording';

const refused = (errcode: number, errmsg = 'no rid: 5f0c0e6a-1b2c3d4e-5f6a7b8c'): ProbeResult => ({
  kind: 'refused',
  ms: 5,
  refusal: refusalOf(new WechatApiError('api_start_push_ticket', 'secret', errcode, errmsg)),
});
/** Findings that are not ok. */
const found = (result: ProbeResult): string[] =>
  probeFindings(result)
    .map(brief)
    .filter((one) => !one.endsWith(' ok'));
const UNKNOWN = (...checks: string[]): string[] => checks.map((check) => `${check}_not_checked unknown`);

describe('probeFindings', () => {
  it.each<[string, ProbeResult, string[]]>([
    ['pushes run', { kind: 'state', state: 'was_running', ms: 5 }, []],
    ['pushes were stopped', { kind: 'state', state: 'was_stopped', ms: 5 }, ['ticket_push_was_stopped warning']],
    ['not told', { kind: 'state', state: 'not_told', ms: 5 }, ['ticket_push_not_told notice']],
    ['wrong secret', refused(40125), ['app_secret_wrong problem', ...UNKNOWN('ticket_push')]],
    ['frozen secret', refused(40243), ['app_secret_frozen problem', ...UNKNOWN('ticket_push')]],
    ['address', refused(61004), ['ip_white_list_not_listed problem', ...UNKNOWN('app_secret', 'ticket_push')]],
    ['older twin', refused(40090), ['ip_white_list_not_listed problem', ...UNKNOWN('app_secret', 'ticket_push')]],
    [
      'unknown appid',
      refused(40013),
      ['platform_state_unknown problem', ...UNKNOWN('ip_white_list', 'app_secret', 'ticket_push')],
    ],
    [
      'disabled',
      refused(61011),
      ['platform_state_unknown problem', ...UNKNOWN('ip_white_list', 'app_secret', 'ticket_push')],
    ],
    [
      'not released',
      refused(61028),
      ['platform_state_unpublished problem', ...UNKNOWN('ip_white_list', 'app_secret', 'ticket_push')],
    ],
    [
      'to be released again',
      refused(61029),
      ['platform_state_republish problem', ...UNKNOWN('ip_white_list', 'app_secret', 'ticket_push')],
    ],
    ['busy', refused(-1), UNKNOWN('platform_state', 'ip_white_list', 'app_secret', 'ticket_push')],
    [
      'unreachable',
      { kind: 'unreachable', text: said('No answer.', '无应答。') },
      ['wechat_api_unreachable problem', ...UNKNOWN('platform_state', 'ip_white_list', 'app_secret', 'ticket_push')],
    ],
  ])('%s', (_name, result, expected) => {
    expect(found(result)).toEqual(expected);
  });

  it.each([
    ['access clientip is not registered requestIP: 118.31.4.5 rid: 5f0c0e6a-1b2c3d4e-5f6a7b8c', '118.31.4.5'],
    ['access clientip is not registered, requestIP:118.31.4.5', '118.31.4.5'],
    ['invalid ip 118.31.4.5 ipv6 ::ffff:118.31.4.5, not in whitelist', '118.31.4.5'],
    ['invalid ip 2408:4002:10::1, not in whitelist', '2408:4002:10::1'],
    ['invalid ip 999.1.1.1, not in whitelist', null],
    ['access clientip is not registered', null],
  ])('finds our address in %p', (errmsg, address) => {
    const [, , finding] = probeFindings(refused(61004, errmsg));
    expect(finding!.action!.en.startsWith(address === null ? 'Add the address' : `Add ${address} `)).toBe(true);
  });

  it('says WeChat’s number, meaning and rid', () => {
    const [, , , finding] = probeFindings(refused(40125));
    expect(finding!.what.en).toContain('40125, rid 5f0c0e6a-1b2c3d4e-5f6a7b8c');
    expect(finding!.what.en).toContain(explainErrcode(40125, 'secret').meaning.en);
  });
});
