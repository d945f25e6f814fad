import { brief } from '../testing/findings';
import { originFinding, pageFinding, type PageFacts } from './domain-policy';
import { said } from './wording';

describe('originFinding', () => {
  it.each([
    ['https://wx.example.com', false, 'public_origin_ok ok'],
    ['https://wx.example.com:8443', false, 'public_origin_port problem'],
    ['http://wx.example.com', false, 'public_origin_not_https problem'],
    ['https://1.2.3.4', false, 'public_origin_address warning'],
    ['https://[2606:4700::1111]', false, 'public_origin_address warning'],
    ['http://127.0.0.1:3000', true, 'public_origin_local ok'],
    ['http://localhost:3000', false, 'public_origin_loopback problem'],
    ['http://[::1]:3000', false, 'public_origin_loopback problem'],
  ])('%s (local mode %p) is %s', (origin, isLocal, expected) => {
    expect(brief(originFinding(origin, isLocal))).toBe(expected);
  });

  it('names the domain to enter at WeChat', () => {
    expect(originFinding('https://wx.example.com', false).what.en).toContain('must be wx.example.com.');
  });
});

describe('pageFinding', () => {
  const OURS = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'";
  const page = {
    answered: true,
    status: 404,
    ms: 5,
    referrerPolicy: 'strict-origin-when-cross-origin',
    contentPolicy: OURS,
  } as const;

  it.each<[string, Partial<Extract<PageFacts, { answered: true }>>, string]>([
    ['as the gateway sends it', {}, 'connect_page_ok ok'],
    ['as an invite’s page', { status: 200 }, 'connect_page_ok ok'],
    ['another policy that tells the origin', { referrerPolicy: 'Origin' }, 'connect_page_ok ok'],
    ['one that a proxy replaced', { referrerPolicy: 'no-referrer' }, 'connect_page_referrer_policy problem'],
    ['same-origin', { referrerPolicy: 'same-origin' }, 'connect_page_referrer_policy problem'],
    [
      'one that a proxy added',
      { referrerPolicy: 'strict-origin-when-cross-origin, no-referrer' },
      'connect_page_referrer_policy problem',
    ],
    ['a proxy’s that ours follows', { referrerPolicy: 'no-referrer, origin' }, 'connect_page_ok ok'],
    ['no referrer policy', { referrerPolicy: '' }, 'connect_page_headers_missing problem'],
    ['no content policy', { contentPolicy: '' }, 'connect_page_headers_missing problem'],
    ['a replaced content policy', { contentPolicy: "default-src 'self'" }, 'connect_page_content_policy problem'],
    ['a second one', { contentPolicy: `${OURS}, form-action 'self'` }, 'connect_page_content_policy problem'],
    ['a second one about other things', { contentPolicy: `${OURS}, img-src *` }, 'connect_page_ok ok'],
    ['a redirect', { status: 302 }, 'connect_page_status problem'],
    ['a proxy without a gateway', { status: 502 }, 'connect_page_status problem'],
  ])('%s', (_name, change, expected) => {
    expect(brief(pageFinding({ ...page, ...change }))).toBe(expected);
  });

  it('leaves an address that is away to the check of the callback', () => {
    const away = { answered: false, fault: 'connect_failed', text: said('Nothing there.', '无应答。') } as const;
    expect(brief(pageFinding(away))).toBe('connect_page_connect_failed unknown');
  });
});
