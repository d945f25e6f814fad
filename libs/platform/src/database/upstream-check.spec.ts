import { ensureSameUpstream, upstreamName } from './upstream-check';

describe('ensureSameUpstream', () => {
  it('lets a sandbox move to another port, and WeChat be itself', () => {
    const sandbox = upstreamName('http://127.0.0.1:3900');
    expect(() => {
      ensureSameUpstream(sandbox, 'http://localhost:4900');
    }).not.toThrow();
    expect(() => {
      ensureSameUpstream('https://api.weixin.qq.com', 'https://api.weixin.qq.com');
    }).not.toThrow();
  });

  it.each([
    ['local sandbox', 'https://api.weixin.qq.com'],
    ['https://api.weixin.qq.com', 'http://127.0.0.1:3900'],
    ['https://api.weixin.qq.com', 'https://api2.weixin.qq.com'],
    [undefined, 'https://api.weixin.qq.com'],
  ])('refuses a database of %s for %s', (remembered, origin) => {
    expect(() => {
      ensureSameUpstream(remembered, origin);
    }).toThrow('use another database');
  });
});
