import { config, loadConfig } from './load-config';
import { ensureLocalMode } from './local-mode';
import { ProcessConfig, StoreConfig, UpstreamConfig } from './platform.config';

const good = {
  DATABASE_URL: 'mysql://u:p@127.0.0.1:3306/db',
  REDIS_URL: 'redis://127.0.0.1:6379',
  WECHAT_API_ORIGIN: 'https://api.weixin.qq.com',
  SECRET_KEYS: 'k1:AAAA',
};
const all = [StoreConfig, UpstreamConfig, ProcessConfig];

describe('loadConfig', () => {
  it('takes defaults, numbers and flags from text', () => {
    loadConfig(all, { ...good, OPS_PORT: '9100', LOCAL_MODE: '1', PARENT_WATCH: 'false', REDIS_PREFIX: '' });
    expect(config(ProcessConfig)).toMatchObject({
      OPS_PORT: 9100,
      LOCAL_MODE: true,
      PARENT_WATCH: false,
      LOG_LEVEL: 'info',
    });
    expect(config(StoreConfig).REDIS_PREFIX).toBe('{wpg}');
  });

  it('reports every bad name and rule at once, never a value', () => {
    const bad = {
      ...good,
      DATABASE_URL: 'postgres://top-secret',
      WECHAT_API_ORIGIN: undefined,
      OPS_PORT: 'eighty',
      LOCAL_MODE: 'perhaps',
    };
    let message = '';
    try {
      loadConfig(all, bad);
    } catch (error) {
      message = (error as Error).message;
    }
    for (const name of ['DATABASE_URL', 'WECHAT_API_ORIGIN', 'OPS_PORT', 'LOCAL_MODE']) expect(message).toContain(name);
    expect(message).not.toMatch(/top-secret|eighty|perhaps/);
  });

  it('does not start without a key', () => {
    expect(() => {
      loadConfig(all, { ...good, SECRET_KEYS: '' });
    }).toThrow('SECRET_KEYS');
  });
});

describe('ensureLocalMode', () => {
  const check = (flag: string, host: string) => (): void => {
    loadConfig(all, { ...good, LOCAL_MODE: flag });
    ensureLocalMode({ GATEWAY_HOST: host });
  };

  it('keeps local mode on loopback, and asks nothing otherwise', () => {
    expect(check('1', '0.0.0.0')).toThrow('GATEWAY_HOST');
    expect(check('1', '127.0.0.1')).not.toThrow();
    expect(check('0', '0.0.0.0')).not.toThrow();
  });
});
