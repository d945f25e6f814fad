import { isPreview } from './preview-policy';

describe('isPreview', () => {
  it.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'facebookexternalhit/1.1',
    'WhatsApp/2.23.20.0',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'TelegramBot (like TwitterBot)',
    'DingTalkBot-LinkService/1.0',
    'Mozilla/5.0 (compatible; Baiduspider/2.0)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    'Mozilla/5.0 (compatible; LarkUrl2Info/1.0)',
  ])('knows %s', (agent) => {
    expect(isPreview({ 'user-agent': agent })).toBe(true);
  });

  it.each([
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Linux; Android 14; Cubot X70) Chrome/140.0',
    'curl/8.5.0',
    'python-requests/2.32',
    '',
  ])('takes %j for somebody who downloads', (agent) => {
    expect(isPreview({ 'user-agent': agent })).toBe(false);
  });

  it.each([
    [{ 'sec-purpose': 'prefetch;prerender' }, true],
    [{ purpose: 'prefetch' }, true],
    [{ 'x-purpose': 'preview' }, true],
    [{ 'x-moz': 'prefetch' }, true],
    [{ purpose: 'reading' }, false],
  ])('knows a browser that loads ahead: %j', (headers, expected) => {
    expect(isPreview(headers)).toBe(expected);
  });
});
