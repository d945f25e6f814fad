import { IsInt, Max, Min } from 'class-validator';

/** How the pipeline is sized. */
export class FetchingConfig {
  /** Turns a worker process runs at once. */
  @IsInt()
  @Min(1)
  @Max(200)
  FETCH_CONCURRENCY: number = 8;

  /** Tasks one turn takes; their answers are stored in one transaction. */
  @IsInt()
  @Min(1)
  @Max(100)
  FETCH_TURN_TASKS: number = 16;

  /** Windows a task may ask in one turn before others get theirs. */
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

  /** Windows in a row that WeChat answers empty, going back, before which an account has no data. */
  @IsInt()
  @Min(1)
  @Max(200)
  FETCH_EMPTY_WINDOWS: number = 8;
}
