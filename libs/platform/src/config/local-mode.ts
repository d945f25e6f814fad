import { AppError } from '@app/kernel';
import { config } from './load-config';
import { ProcessConfig } from './platform.config';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/** Local mode has demo tenants and a key made on the spot: nothing of it may be reached from, or reach, another machine. */
export function ensureLocalMode(hosts: Readonly<Record<string, string>>): void {
  if (!config(ProcessConfig).LOCAL_MODE) return;
  const names = Object.entries(hosts).flatMap(([name, host]) => (isLoopback(host) ? [] : [name]));
  if (names.length === 0) return;
  throw new AppError('invalid', 'config_invalid', {
    message: {
      en: `settings are wrong: LOCAL_MODE needs loopback in ${names.join(', ')}`,
      zh: `配置有误：LOCAL_MODE 下 ${names.join('、')} 只能是本机地址`,
    },
  });
}
