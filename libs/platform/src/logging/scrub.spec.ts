import { randomBytes } from 'node:crypto';
import { createLogger } from './logger';
import { scrub } from './scrub';

const noise = (bytes: number): string => randomBytes(bytes).toString('base64url');

describe('scrub', () => {
  it.each([
    ['a ticket', `ticket@@@${noise(64)}`],
    ['a pre-auth code', `preauthcode@@@${noise(64)}`],
    ['an encoded authorization code', `queryauthcode%40%40%40${noise(64)}`],
    ['a refresh token', `refreshtoken@@@${noise(32)}`],
    ['an access token', `84_${noise(100)}`],
    ['an API key', `wpg_0123456789ab_${noise(43)}`],
    ['a gateway token', `wgt_k1.${noise(90)}`],
    ['a query', `access_token=${noise(20)}`],
    ['a JSON field', `{"component_appsecret":"${noise(20)}"}`],
    ['an invite link', `https://x.example/connect/${noise(32)}`],
    ['a password link', `https://x.example/password/${noise(32)}`],
    ['a password link in the API', `https://x.example/api/v1/password-links/${noise(32)}`],
    ['a report link', `https://x.example/r/${noise(32)}`],
    ['a database password', `mysql://user:${noise(12)}@host/db`],
  ])('cuts out %s', (_what, text) => {
    const secret =
      text
        .split(/[:=/@"]|%40/)
        .filter((part) => part.length > 15)
        .at(-1) ?? text;
    expect(scrub(JSON.stringify({ msg: `before ${text} after` }))).not.toContain(secret.replace(/^84_/, ''));
  });

  it('leaves ordinary lines alone', () => {
    const line =
      '{"level":"info","appid":"wx0123456789abcdef","route":"/connect/:token","errmsg":"x rid: 65a1b2c3-0d4e5f60-7a8b9c0d"}';
    expect(scrub(line)).toBe(line);
  });
});

describe('createLogger', () => {
  it('scrubs what is written, error messages and causes included', () => {
    const lines: string[] = [];
    const token = `84_${noise(100)}`;
    const logger = createLogger('info', 'test', { write: (line) => void lines.push(line) });
    logger.warn(
      { err: new Error(`call with ${token}`, { cause: new Error(token) }), headers: { a: token } },
      `token ${token}`,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('call with [secret]');
    expect(lines[0]).not.toContain(token.slice(5));
  });
});
