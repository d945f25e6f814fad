import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type MixedList, type EntitySchema } from 'typeorm';
import { config } from '../config/load-config';
import { StoreConfig } from '../config/platform.config';
import { AbortableQueries } from './abortable-queries';
import { BatchedTransactions } from './batched-transactions';
import { connectionOptions } from './connection-options';
import { Transactions } from './transactions';

@Module({})
export class DatabaseModule {
  // The module is global: every repository needs the one pool.
  static forRoot(entities: MixedList<(new () => object) | EntitySchema>): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => {
            const { DATABASE_URL, DATABASE_CONNECTIONS } = config(StoreConfig);
            return {
              ...connectionOptions(DATABASE_URL, DATABASE_CONNECTIONS),
              entities,
              retryAttempts: 30,
              retryDelay: 1_000,
              verboseRetryLog: false,
            };
          },
        }),
      ],
      providers: [Transactions, BatchedTransactions, AbortableQueries],
      exports: [Transactions, BatchedTransactions, AbortableQueries],
    };
  }
}
