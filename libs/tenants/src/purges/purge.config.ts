import { IsInt, Max, Min } from 'class-validator';

export class PurgeConfig {
  /** Hours in which the removal of a merchant can still be taken back; 0: it begins at once. */
  @IsInt()
  @Min(0)
  @Max(2_160)
  PURGE_DELAY_HOURS: number = 72;
}
