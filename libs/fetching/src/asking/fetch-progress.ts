import { createHash } from 'node:crypto';
import { type FetchView } from '../fetch-view-policy';

/** What changes of a fetch while it goes on. */
export function progressOf({ state, expanding, tasks, calls }: FetchView): object {
  const counts = Object.entries(tasks).sort(([a], [b]) => (a < b ? -1 : 1));
  return { state, expanding, tasks: Object.fromEntries(counts), calls };
}

/** Names a standing of a fetch: the same in every process, because it comes from the rows alone. */
export function progressId(view: FetchView): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([view.id, progressOf(view)]))
    .digest('base64url');
  return digest.slice(0, 22);
}
