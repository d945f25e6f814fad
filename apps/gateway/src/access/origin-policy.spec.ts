import { isOwnOrigin } from './origin-policy';

const source = { method: 'POST', host: 'gw.example.com', origin: undefined, fetchSite: undefined };

describe('isOwnOrigin', () => {
  it.each([
    ['a client that is no browser', {}, true],
    ['our own page', { origin: 'https://gw.example.com' }, true],
    ['our own page on another port', { origin: 'https://gw.example.com:8443' }, false],
    ['another site', { origin: 'https://evil.example' }, false],
    ['a page without origin', { origin: 'null' }, false],
    ['nonsense', { origin: 'nonsense' }, false],
    ['another site, reading', { method: 'GET', origin: 'https://evil.example' }, true],
    [
      'the browser says same origin, though a proxy changed Host',
      { origin: 'https://x.cn', fetchSite: 'same-origin' },
      true,
    ],
    ['typed into the address bar', { fetchSite: 'none' }, true],
    ['a neighbour under our domain', { fetchSite: 'same-site' }, false],
    ['another site by fetch metadata', { fetchSite: 'cross-site' }, false],
    ['a delete from another site', { method: 'DELETE', fetchSite: 'cross-site' }, false],
  ])('%s', (_name, given, expected) => {
    expect(isOwnOrigin({ ...source, ...given })).toBe(expected);
  });
});
