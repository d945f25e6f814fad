import { brief } from '../testing/findings';
import { otherEnvironmentFinding, type RivalFacts } from './other-environment-policy';

const none: RivalFacts = {
  componentRejectedToday: 0,
  accountRejectedToday: 0,
  boughtToday: 12,
  countedByWechat: 12,
  tokenRefusedNow: false,
  ticketsGoElsewhere: false,
};

describe('otherEnvironmentFinding', () => {
  it.each<[string, Partial<RivalFacts>, string]>([
    ['nothing', {}, 'ok ok'],
    ['figures not known', { boughtToday: null, countedByWechat: 900 }, 'ok ok'],
    ['within the lag', { countedByWechat: 17 }, 'ok ok'],
    ['more than we bought', { countedByWechat: 18 }, 'likely warning'],
    ['2 % of many', { boughtToday: 1_000, countedByWechat: 1_020 }, 'ok ok'],
    ['one refused account token', { accountRejectedToday: 1 }, 'possible notice'],
    ['many refused account tokens', { accountRejectedToday: 50 }, 'possible notice'],
    ['three refused component tokens', { componentRejectedToday: 3 }, 'likely warning'],
    ['refused right now', { tokenRefusedNow: true }, 'possible notice'],
    ['tickets go elsewhere', { ticketsGoElsewhere: true }, 'likely warning'],
    ['refused and more bought', { tokenRefusedNow: true, countedByWechat: 40 }, 'certain problem'],
    ['all of it', { componentRejectedToday: 5, ticketsGoElsewhere: true, countedByWechat: 40 }, 'certain problem'],
  ])('%s', (_name, change, expected) => {
    expect(brief(otherEnvironmentFinding({ ...none, ...change }))).toBe(`other_environment_${expected}`);
  });

  it('says what was seen and how sure that is', () => {
    const { what } = otherEnvironmentFinding({ ...none, countedByWechat: 1_040 });
    expect(what.en).toContain('WeChat counts 1,040 purchases of component tokens today, the gateway made 12.');
    expect(what.en).toContain('probably another installation');
  });
});
