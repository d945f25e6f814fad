import { AppError } from '@app/kernel';
import { DataSource } from 'typeorm';
import { config } from '../config/load-config';
import { isLoopback } from '../config/local-mode';
import { StoreConfig, UpstreamConfig } from '../config/platform.config';
import { connectionOptions } from './connection-options';
import { asUnavailable, databaseErrorCode } from './transactions';

const CONNECT_ATTEMPTS = 30;
const CONNECT_PAUSE_MS = 1_000;

/** What a database remembers of the WeChat it belongs to. A sandbox keeps its state when its port changes; WeChat has one address. */
export function upstreamName(origin: string): string {
  return isLoopback(new URL(origin).hostname) ? 'local sandbox' : origin;
}

/** Throws `upstream_mismatch`: tokens of one WeChat mean nothing to another, and writing them side by side loses both. */
export function ensureSameUpstream(remembered: string | undefined, origin: string): void {
  const asked = upstreamName(origin);
  if (remembered === asked) return;
  throw new AppError('conflict', 'upstream_mismatch', {
    message: {
      en: `this database belongs to ${remembered ?? 'no WeChat address'}, not to ${asked}: use another database`,
      zh: `该数据库属于 ${remembered ?? '(未登记的微信地址)'}，而不是 ${asked}：请改用别的数据库`,
    },
  });
}

/** Refuses to start on a database without our schema, or on one that belongs to another WeChat; waits while MySQL is away. */
export async function checkUpstream(): Promise<void> {
  const dataSource = await openWhenReady();
  try {
    const rows = await dataSource.query<{ name: string }[]>('SELECT wechat_api_origin AS name FROM installation');
    ensureSameUpstream(rows[0]?.name, config(UpstreamConfig).WECHAT_API_ORIGIN);
  } catch (error) {
    throw schemaMissing(error);
  } finally {
    await dataSource.destroy();
  }
}

/** Translates "there is no such table" into AppError `schema_missing`; other errors pass unchanged. */
export function schemaMissing(error: unknown): unknown {
  if (databaseErrorCode(error) !== 'ER_NO_SUCH_TABLE') return error;
  return new AppError('unavailable', 'schema_missing', {
    message: {
      en: 'the database has no schema yet, or an older one: run the migrations',
      zh: '数据库尚未建表或表结构过旧：请先运行迁移',
    },
  });
}

/** A connection of its own, once MySQL answers. */
export async function openWhenReady(): Promise<DataSource> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await new DataSource(connectionOptions(config(StoreConfig).DATABASE_URL, 1)).initialize();
    } catch (error) {
      if (attempt >= CONNECT_ATTEMPTS || asUnavailable(error) === error) throw asUnavailable(error);
      await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
    }
  }
}
