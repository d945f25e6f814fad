import { IsIn, IsInt, Max, Min } from 'class-validator';

/** How the pipeline is sized. */
export class FetchingConfig {
  /** Turns a worker process runs at once; half as many more for what people ask. */
  @IsInt()
  @Min(1)
  @Max(200)
  FETCH_CONCURRENCY: number = 8;

  /** Tasks one turn takes, four times as many in the daily run; their answers are stored in one transaction, with other turns'. */
  @IsInt()
  @Min(1)
  @Max(100)
  FETCH_TURN_TASKS: number = 24;

  /** The most windows a task may ask in one turn before others get theirs; turns take between half and all of them. */
  @IsInt()
  @Min(1)
  @Max(100)
  FETCH_TURN_WINDOWS: number = 8;

  /** Tasks kept in BullMQ; all others wait in MySQL. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  FETCH_QUEUE_TASKS: number = 512;

  /** Hour of Beijing at which WeChat resets the day's quotas. */
  @IsInt()
  @Min(0)
  @Max(23)
  QUOTA_RESET_HOUR: number = 0;

  /** Milliseconds between two looks at what is due. */
  @IsInt()
  @Min(20)
  @Max(60_000)
  FETCH_DISPATCH_MS: number = 200;

  /** 1: every platform has its daily run, unless its schedule says otherwise. 0: none has. */
  @IsIn([0, 1])
  FETCH_DAILY: number = 1;

  /** Minutes over which the accounts of a daily run are spread. */
  @IsInt()
  @Min(0)
  @Max(600)
  FETCH_DAILY_SPREAD_MINUTES: number = 60;

  /** 1: an account's history is fetched by itself once it may be asked for, unless the platform's schedule says otherwise. */
  @IsIn([0, 1])
  FETCH_BACKFILL: number = 1;

  /** Calls a day that backfills and large fetches make for one appid while WeChat's own limit is not known; 0: no limit. */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  FETCH_BULK_CALLS_A_DAY: number = 100;

  /** Calls a day on one platform, all accounts together; 0: no limit. */
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  FETCH_PLATFORM_CALLS_A_DAY: number = 0;

  /** Percent of the platform's calls that only the daily run may use. */
  @IsInt()
  @Min(0)
  @Max(100)
  FETCH_DAILY_RESERVE: number = 20;

  /** Days the log of calls is kept. */
  @IsInt()
  @Min(1)
  @Max(3_650)
  FETCH_CALL_DAYS: number = 90;

  /** Days a fetch that is over is kept, with its tasks. */
  @IsInt()
  @Min(1)
  @Max(3_650)
  FETCH_TASK_DAYS: number = 180;

  /** Windows in a row that WeChat answers empty, going back, before which an account has no data. */
  @IsInt()
  @Min(1)
  @Max(200)
  FETCH_EMPTY_WINDOWS: number = 8;
}
