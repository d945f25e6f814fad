import { linkVerdict } from './link-policy';

const member = { progress: { state: 'sent' }, linkState: null, merchantId: 'mer_1' } as const;
const yes = { issue: true, merchantId: 'mer_1' };
const no = (because: string) => ({ issue: false, because });

describe('linkVerdict', () => {
  it.each([
    ['has none yet', {}, false, yes],
    ['holds an open one', { linkState: 'open' }, false, no('has_open_link')],
    ['holds an open one that is to be replaced', { linkState: 'open' }, true, yes],
    ['used one up and lost the set again', { linkState: 'used', progress: { state: 'withdrawn' } }, false, yes],
    ['granted', { progress: { state: 'granted' } }, false, no('granted')],
    ['granted, whatever is asked', { progress: { state: 'granted' }, linkState: 'open' }, true, no('granted')],
    ['authorized without the set', { progress: { state: 'authorized' }, linkState: 'open' }, true, yes],
    ['lost its merchant', { merchantId: null }, true, no('no_merchant')],
  ] as const)('%s', (_name, change, reissue, verdict) => {
    expect(linkVerdict({ ...member, ...change }, reissue)).toEqual(verdict);
  });
});
