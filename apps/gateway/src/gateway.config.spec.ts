import { config, loadConfig } from '@app/platform';
import { addressList, GatewayConfig } from './gateway.config';

describe('GatewayConfig', () => {
  it('has defaults', () => {
    loadConfig([GatewayConfig], {});
    expect(config(GatewayConfig)).toMatchObject({ GATEWAY_PORT: 3000, GATEWAY_HOST: '127.0.0.1', TRUSTED_PROXIES: '' });
  });

  it('reads proxies', () => {
    loadConfig([GatewayConfig], { TRUSTED_PROXIES: '10.0.0.0/8, ::1,192.168.1.1', GATEWAY_PORT: '80' });
    expect(config(GatewayConfig).GATEWAY_PORT).toBe(80);
    expect(addressList(config(GatewayConfig).TRUSTED_PROXIES)).toEqual(['10.0.0.0/8', '::1', '192.168.1.1']);
  });

  it.each(['https://gw.example.com', 'http://127.0.0.1:3000'])('takes %s as its public origin', (PUBLIC_ORIGIN) => {
    loadConfig([GatewayConfig], { PUBLIC_ORIGIN });
    expect(config(GatewayConfig).PUBLIC_ORIGIN).toBe(PUBLIC_ORIGIN);
  });

  it.each(['gw.example.com', 'https://gw.example.com/', 'https://gw.example.com/x', 'ftp://x', 'javascript:1'])(
    'refuses %s as its public origin',
    (PUBLIC_ORIGIN) => {
      expect(() => {
        loadConfig([GatewayConfig], { PUBLIC_ORIGIN });
      }).toThrow(/PUBLIC_ORIGIN must be/);
    },
  );

  it.each(['everybody', '10.0.0.0/33', '10.0.0.0/8/8', '*', '1.2.3'])('refuses %s as a proxy', (TRUSTED_PROXIES) => {
    expect(() => {
      loadConfig([GatewayConfig], { TRUSTED_PROXIES });
    }).toThrow(/TRUSTED_PROXIES must be/);
  });
});
