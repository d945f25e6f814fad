import { csvFile } from '@app/platform';
import { type SeenEvent } from '@app/tenants';
import { type Duplex } from 'node:stream';
import { auditEventDto } from './audit.dto';

const COLUMNS = [
  ...['at', 'id', 'actor_kind', 'actor_id', 'actor_name', 'action', 'route', 'merchant', 'target', 'targets'],
  ...['address', 'outcome', 'code', 'seq'],
];

/** The log as a table, a line for each event. */
export function auditCsv(events: AsyncIterable<SeenEvent>): Duplex {
  return csvFile(records(events), { columns: COLUMNS });
}

async function* records(events: AsyncIterable<SeenEvent>): AsyncGenerator<object> {
  for await (const event of events) {
    const { actor, targets, ...row } = auditEventDto(event);
    const { kind: actor_kind, id: actor_id, name: actor_name } = actor;
    yield { ...row, actor_kind, actor_id, actor_name, targets: targets.join(' ') };
  }
}
