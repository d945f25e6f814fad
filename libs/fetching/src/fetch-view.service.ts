import { fetchNotFound } from './fetching.errors';
import { keyAfter, numberAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { FetchRepository, type FetchRow, type TaskRow } from './fetch.repository';
import { FINAL, type TaskState } from './task-states';

/** A fetch and how far it came: `running` while a task has a next attempt. */
export interface FetchView extends FetchRow {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly tasks: Partial<Record<TaskState, number>>;
}

/** What people read about fetches. */
@Injectable()
export class FetchViews {
  constructor(private readonly fetches: FetchRepository) {}

  /** Newest first. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<FetchView>> {
    const rows = await this.fetches.list(reach, request.limit + 1, keyAfter(request));
    const page = pageOf(rows, request.limit, ({ id }) => id);
    const counts = await this.fetches.countStates(page.items.map(({ id }) => id));
    return { ...page, items: page.items.map((row) => viewOf(row, counts.get(row.id) ?? {})) };
  }

  /** Throws not_found `fetch_not_found`, for a foreign id as for one that does not exist. */
  async get(reach: Reach, id: string): Promise<FetchView> {
    const row = await this.fetches.find(reach, id);
    if (!row) throw fetchNotFound();
    const counts = await this.fetches.countStates([id]);
    return viewOf(row, counts.get(id) ?? {});
  }

  async tasks(reach: Reach, id: string, request: PageRequest): Promise<Page<TaskRow>> {
    await this.get(reach, id);
    const rows = await this.fetches.tasks(id, request.limit + 1, numberAfter(request));
    return pageOf(rows, request.limit, (row) => String(row.id));
  }
}

function viewOf(row: FetchRow, tasks: Partial<Record<TaskState, number>>): FetchView {
  const total = Object.values(tasks).reduce((sum, n) => sum + n, 0);
  const final = FINAL.reduce((sum, state) => sum + (tasks[state] ?? 0), 0);
  const ended =
    (tasks.failed ?? 0) > 0 ? 'failed' : (tasks.cancelled ?? 0) === total && total > 0 ? 'cancelled' : 'done';
  return { ...row, tasks, state: final < total ? 'running' : ended };
}
