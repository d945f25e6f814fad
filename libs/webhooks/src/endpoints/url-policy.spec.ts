import { urlVerdict } from './url-policy';

describe('urlVerdict', () => {
  it.each([
    ['https://hooks.example.com/in?key=1', 'https://hooks.example.com/in?key=1'],
    ['https://HOOKS.example.com:443', 'https://hooks.example.com/'],
    ['https://8.8.8.8/x', 'https://8.8.8.8/x'],
    // Where such a name leads is asked of DNS.
    ['https://2130706433/', 'https://127.0.0.1/'],
  ])('takes %s', (text, url) => {
    expect(urlVerdict(text, false)).toEqual({ allowed: true, url });
  });

  it.each([
    ['http://hooks.example.com/', 'not_https'],
    ['http://127.0.0.1:9000/', 'not_https'],
    ['https://hooks.example.com:8443/', 'port_refused'],
    ['https://hooks.example.com:80/', 'port_refused'],
    ['https://127.0.0.1:6379/', 'port_refused'],
    ['https://user@hooks.example.com/', 'has_credentials'],
    ['https://user:pass@hooks.example.com/', 'has_credentials'],
    ['https://hooks.example.com@127.0.0.1/', 'has_credentials'],
    ['https://hooks.example.com/#x', 'has_fragment'],
    ['ftp://hooks.example.com/', 'not_a_url'],
    ['file:///etc/passwd', 'not_a_url'],
    ['gopher://127.0.0.1:6379/_FLUSHALL', 'not_a_url'],
    ['javascript:alert(1)', 'not_a_url'],
    ['data:text/plain,x', 'not_a_url'],
    ['//hooks.example.com/', 'not_a_url'],
    ['hooks.example.com', 'not_a_url'],
    ['https://', 'not_a_url'],
    ['', 'not_a_url'],
    [`https://hooks.example.com/${'x'.repeat(2_048)}`, 'not_a_url'],
  ])('refuses %s', (text, because) => {
    expect(urlVerdict(text, false)).toEqual({ allowed: false, because });
  });

  it('takes this machine where a test or demo says so, and nothing else more', () => {
    for (const url of ['http://127.0.0.1:9000/in', 'http://localhost:1/', 'http://[::1]:8080/', 'http://127.8.8.8/'])
      expect(urlVerdict(url, true)).toEqual({ allowed: true, url });
    for (const url of [
      ...['http://hooks.example.com/', 'http://10.0.0.1/', 'http://localhost.example.com/', 'http://127.0.0.1.nip.io/'],
      'https://hooks.example.com:8443/',
    ])
      expect(urlVerdict(url, true).allowed).toBe(false);
  });
});
