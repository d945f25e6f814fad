import { IsInt, Max, Min } from 'class-validator';

/** What may be spent at WeChat on a platform's credentials. */
export class CredentialsConfig {
  /** Component tokens one platform buys a day; about 14 are needed, WeChat's limit is 10,000. */
  @IsInt()
  @Min(50)
  @Max(10_000)
  COMPONENT_TOKENS_A_DAY: number = 2_000;

  /** How often a month the gateway may reset a platform's used-up quota by itself; WeChat allows 10 in all. */
  @IsInt()
  @Min(0)
  @Max(10)
  QUOTA_RESETS_A_MONTH: number = 4;
}
