import { IsIn, IsInt, Max, Min } from 'class-validator';

/** How webhooks are sent. */
export class WebhooksConfig {
  /** 1: targets on this machine are allowed, for tests and demos; only in local mode. */
  @IsIn([0, 1])
  WEBHOOK_LOOPBACK: number = 0;

  /** Milliseconds until a delivery is given up, from the lookup of the name to the last byte. */
  @IsInt()
  @Min(500)
  @Max(30_000)
  WEBHOOK_TIMEOUT_MS: number = 15_000;

  /** Deliveries a worker process has under way at once. */
  @IsInt()
  @Min(1)
  @Max(500)
  WEBHOOK_CONCURRENCY: number = 32;

  /** Days events and their deliveries are kept. */
  @IsInt()
  @Min(4)
  @Max(365)
  WEBHOOK_DAYS: number = 30;
}
