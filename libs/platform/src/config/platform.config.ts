import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

const flag = ({ obj, key }: { obj: Record<string, unknown>; key: string }): unknown => {
  const raw = obj[key];
  return raw === '1' || raw === 'true' ? true : raw === undefined || raw === '0' || raw === 'false' ? false : raw;
};

const ORIGIN = /^https?:\/\/[^/?#\s]+$/;

/** Where state lives. */
export class StoreConfig {
  @Matches(/^mysql:\/\//, { message: 'DATABASE_URL must be a mysql:// URL' })
  DATABASE_URL: string;

  @IsInt()
  @Min(2)
  @Max(200)
  DATABASE_CONNECTIONS: number = 20;

  @Matches(/^rediss?:\/\//, { message: 'REDIS_URL must be a redis:// or rediss:// URL' })
  REDIS_URL: string;

  /** The braces are a hash tag: on Redis Cluster all keys of a queue must share a slot. */
  @Matches(/^\{[A-Za-z0-9_-]{1,64}\}$/, { message: 'REDIS_PREFIX must be a name in braces, such as {wpg}' })
  REDIS_PREFIX: string = '{wpg}';
}

/** Which WeChat this installation talks to, and whose time it keeps. */
export class UpstreamConfig {
  @Matches(ORIGIN, { message: 'WECHAT_API_ORIGIN must be an origin such as https://api.weixin.qq.com' })
  WECHAT_API_ORIGIN: string;

  /** One origin for all of WeChat's pages; unset means WeChat's own hosts. */
  @IsOptional()
  @Matches(ORIGIN, { message: 'WECHAT_PAGE_ORIGIN must be an origin' })
  WECHAT_PAGE_ORIGIN?: string;

  @IsInt()
  @Min(500)
  @Max(60_000)
  WECHAT_TIMEOUT_MS: number = 10_000;

  @IsIn(['system', 'sandbox'])
  CLOCK_SOURCE: 'system' | 'sandbox' = 'system';
}

/** How a process runs. */
export class ProcessConfig {
  /** Set by `npm start` alone: loopback addresses, demo tenants, a key made on the spot. */
  @Transform(flag)
  @IsBoolean()
  LOCAL_MODE: boolean = false;

  /** `id:base64` of 32 bytes each, comma separated, the sealing key first. */
  @IsString({ message: 'SECRET_KEYS must be set: id:base64 of 32 bytes, comma separated' })
  SECRET_KEYS: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL: string = 'info';

  @IsInt()
  @Min(0)
  @Max(65_535)
  OPS_PORT: number = 9090;

  @IsString()
  OPS_HOST: string = '127.0.0.1';

  /** End when standard input closes, so that a killed parent leaves nothing behind. */
  @Transform(flag)
  @IsBoolean()
  PARENT_WATCH: boolean = false;

  @IsInt()
  @Min(1_000)
  @Max(120_000)
  SHUTDOWN_DEADLINE_MS: number = 10_000;
}
