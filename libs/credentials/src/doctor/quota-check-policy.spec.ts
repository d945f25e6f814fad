import { brief } from '../testing/findings';
import { componentQuotaFinding, datacubeQuotaFinding, parkedFinding, resetsFinding } from './quota-check-policy';

const quota = (used: number, dailyLimit = 1_000, call = 'api_authorizer_token') => ({
  call,
  dailyLimit,
  used,
  remain: Math.max(0, dailyLimit - used),
});

describe('quota findings', () => {
  it.each<[number, string]>([
    [0, 'ok ok'],
    [699, 'ok ok'],
    [700, 'filling notice'],
    [900, 'short warning'],
    [999, 'short warning'],
    [1_000, 'used_up problem'],
    [1_010, 'used_up problem'],
  ])('%i of 1,000 used', (used, expected) => {
    expect(brief(componentQuotaFinding([quota(3), quota(used)]))).toBe(`quota_component_${expected}`);
    const sample = { appid: 'wxa', quota: quota(used) };
    expect(brief(datacubeQuotaFinding(sample))).toBe(`quota_datacube_${expected}`);
  });

  it('names all that is short, else the fullest', () => {
    const short = [quota(950, 1_000, 'a'), quota(5, 1_000, 'b'), quota(10_000, 10_000, 'c')];
    expect(componentQuotaFinding(short).what.en).toBe('Used today: c 10,000/10,000, a 950/1,000.');
    expect(componentQuotaFinding([quota(5), quota(2, 10, 'x')]).what.en).toBe('Used today: x 2/10.');
    expect(datacubeQuotaFinding({ appid: 'wxa', quota: quota(1) }).what.en).toContain('(wxa) 1/1,000');
  });

  it('takes a limit of 0 for none, and no figure for nothing used', () => {
    expect(brief(componentQuotaFinding([quota(5, 0)]))).toBe('quota_component_ok ok');
    expect(brief(datacubeQuotaFinding(null))).toBe('quota_datacube_no_account notice');
  });

  it('shows parked calls with their end', () => {
    expect(brief(parkedFinding([]))).toBe('parked_calls_ok ok');
    const parked = [{ call: 'api_query_auth', errcode: 45009, until: new Date('2026-01-15T16:00:00Z') }];
    expect(brief(parkedFinding(parked))).toBe('parked_calls_parked warning');
    expect(parkedFinding(parked).what.en).toBe('api_query_auth (45009) is parked until 2026-01-16 00:00 (UTC+8).');
  });

  it.each([
    [0, 'ok ok'],
    [4, 'ok ok'],
    [5, 'several notice'],
    [8, 'nearly_used_up warning'],
    [10, 'nearly_used_up warning'],
  ])('%i resets', (used, expected) => {
    expect(brief(resetsFinding(used))).toBe(`quota_resets_${expected}`);
  });
});
