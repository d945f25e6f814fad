import { type AppError } from '@app/kernel';
import { type ActEnding, type AuditTrail } from '@app/tenants';
import { Logger } from '@nestjs/common';

const FAULTS: readonly string[] = ['bug', 'unavailable', 'upstream'];
const logger = new Logger('AuditTrail');

/** What is done is done: where the end cannot be written, the log says that it began. */
export async function endAct(trail: AuditTrail, ids: readonly number[], ending: ActEnding): Promise<void> {
  try {
    await trail.end(ids, ending);
  } catch (err) {
    logger.warn({ msg: 'end of an act not written down', err });
  }
}

export function endingOf({ kind, code }: AppError): ActEnding {
  return { outcome: FAULTS.includes(kind) ? 'failed' : 'refused', code };
}
