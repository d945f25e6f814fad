import { keyAfter, numberAfter, pageOf, type Page, type PageRequest, type Reach } from '@app/tenants';
import { BatchedTransactions } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { viewOf, type FetchView } from './fetch-view-policy';
import { FetchRepository, type StoredFetch, type Tally, type TaskRow } from './fetch.repository';
import { fetchNotFound } from './fetching.errors';

const NOTHING: Tally = { tasks: {}, calls: 0 };

/** What people read about fetches. */
@Injectable()
export class FetchViews {
  constructor(
    private readonly fetches: FetchRepository,
    private readonly transactions: BatchedTransactions,
  ) {}

  /** Newest first. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<FetchView>> {
    const rows = await this.fetches.list(reach, request.limit + 1, keyAfter(request));
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: await this.withTallies(page.items) };
  }

  /** Throws not_found `fetch_not_found`, for a foreign id as for one that does not exist. */
  async get(reach: Reach, id: string): Promise<FetchView> {
    const row = await this.fetches.find(reach, id);
    const [view] = await this.withTallies(row ? [row] : []);
    if (!view) throw fetchNotFound();
    return view;
  }

  /** Of a fetch that was just accepted: whoever asked waits, and it is not over. Throws as `get`. */
  async getNew(reach: Reach, id: string): Promise<FetchView> {
    const { reads } = this.transactions;
    const [row, tallies] = await Promise.all([this.fetches.find(reach, id, reads), this.fetches.tallies([id], reads)]);
    if (!row) throw fetchNotFound();
    return viewOf(row, tallies.get(id) ?? NOTHING);
  }

  /** As it stands, whoever asks: for those whose right to see it is known. Null when it is gone. */
  async findById(id: string): Promise<FetchView | null> {
    const row = await this.fetches.findById(id);
    const [view] = await this.withTallies(row ? [row] : []);
    return view ?? null;
  }

  /** May somebody of this reach see it? */
  async isVisible(reach: Reach, id: string): Promise<boolean> {
    return (await this.fetches.find(reach, id)) !== null;
  }

  async tasks(reach: Reach, id: string, request: PageRequest): Promise<Page<TaskRow>> {
    if (!(await this.isVisible(reach, id))) throw fetchNotFound();
    const rows = await this.fetches.tasks(id, request.limit + 1, numberAfter(request));
    return pageOf(rows, request.limit, (row) => String(row.accountKey));
  }

  /** What is over was counted then. */
  private async withTallies(rows: readonly StoredFetch[]): Promise<FetchView[]> {
    const open = rows.filter(({ tally }) => tally === null).map(({ id }) => id);
    const tallies = await this.fetches.tallies(open);
    return rows.map((row) => viewOf(row, row.tally ?? tallies.get(row.id) ?? NOTHING));
  }
}
