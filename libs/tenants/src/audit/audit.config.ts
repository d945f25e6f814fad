import { IsInt, Max, Min } from 'class-validator';

/** How long the audit log tells what was done. */
export class AuditConfig {
  /** Days; after them what events say is emptied, their places and hashes stay. */
  @IsInt()
  @Min(30)
  @Max(3_650)
  AUDIT_DAYS: number = 730;
}
