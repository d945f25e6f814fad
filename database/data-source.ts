import { config, connectionOptions, StoreConfig } from '@app/platform';
import { DataSource, type MixedList } from 'typeorm';
import { migrations } from './migrations';

/** A connection that knows the migrations; settings must be loaded. */
export function migrationDataSource(entities: MixedList<new () => object> = []): DataSource {
  return new DataSource({ ...connectionOptions(config(StoreConfig).DATABASE_URL, 2), migrations, entities });
}
