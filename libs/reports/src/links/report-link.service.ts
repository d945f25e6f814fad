import { requestedRange } from '@app/fetching';
import { Clock, newId, newToken, Secret } from '@app/kernel';
import { keyAfter, pageOf, type Page, type PageRequest, type Principal, type Reach } from '@app/tenants';
import { Injectable } from '@nestjs/common';
import { type ReportLanguage } from '../cumulate-csv';
import { LinkTargets, type ReportScope } from './link-targets';
import { LINK_DAYS, linkState, linkVerdict, type LinkState } from './report-link-policy';
import { ReportLinkUseRepository, type UseRow } from './report-link-use.repository';
import { linkRefused, reportLinkNotFound } from './report-link.errors';
import { ReportLinkRepository, type LinkRow } from './report-link.repository';

const DAY_MS = 86_400_000;

export interface WantedLink {
  readonly name: string;
  readonly scope: ReportScope;
  readonly from: string;
  readonly to: string;
  readonly lang: ReportLanguage;
  readonly expiresInDays?: number | undefined;
  readonly maxDownloads?: number | undefined;
}

/** A link as people see it. */
export type ReportLinkView = LinkRow & {
  readonly state: LinkState;
  /** Public ids of the accounts it shows; null: all of its merchant's. */
  readonly accounts: readonly string[] | null;
};

/** Links to reports: made once, shown once, hashed, revoked at once. */
@Injectable()
export class ReportLinkService {
  constructor(
    private readonly links: ReportLinkRepository,
    private readonly uses: ReportLinkUseRepository,
    private readonly targets: LinkTargets,
    private readonly clock: Clock,
  ) {}

  /**
   * The address is told here and never again. Throws what `requestedRange` and `LinkTargets.find` throw,
   * `report_not_readable`, `too_many_links`.
   */
  async create(maker: Principal, reach: Reach, wanted: WantedLink): Promise<{ url: Secret; view: ReportLinkView }> {
    const now = this.clock.now();
    const { from: fromDate, to: toDate } = requestedRange(wanted.from, wanted.to, now);
    const { owner, accountIds, origin } = await this.targets.find(reach, wanted.scope);
    const verdict = linkVerdict(maker, owner, await this.links.countOpen(owner, now));
    if (!verdict.allowed) throw linkRefused(verdict);
    const id = newId('rpl');
    const token = newToken();
    const expiresAt = new Date(now.getTime() + (wanted.expiresInDays ?? LINK_DAYS) * DAY_MS);
    const report = { fromDate, toDate, format: 'csv' as const, lang: wanted.lang, onlyAccounts: accountIds ? 1 : 0 };
    const bounds = { createdAt: now, expiresAt, maxDownloads: wanted.maxDownloads ?? null };
    const row = { id, name: wanted.name, createdBy: maker.userId, ...owner, ...report, ...bounds };
    await this.links.insert(row, new Secret(token), accountIds ?? []);
    return { url: new Secret(`${origin}/r/${token}`), view: await this.get(reach, id) };
  }

  /** In the order of making, ended ones included. Throws `cursor_invalid`. */
  async list(reach: Reach, request: PageRequest): Promise<Page<ReportLinkView>> {
    const rows = await this.links.listInReach(reach, keyAfter(request), request.limit + 1);
    const page = pageOf(rows, request.limit, ({ id }) => id);
    return { ...page, items: await this.views(page.items) };
  }

  /** Throws `report_link_not_found`. */
  async get(reach: Reach, id: string): Promise<ReportLinkView> {
    const [view] = await this.views([await this.find(reach, id)]);
    if (!view) throw reportLinkNotFound();
    return view;
  }

  /** From the next request on it opens nothing. Throws `report_link_not_found`. */
  async revoke(reach: Reach, id: string): Promise<void> {
    await this.find(reach, id);
    await this.links.revoke(id, this.clock.now());
  }

  /** Its downloads, the newest first. Throws `report_link_not_found`, `cursor_invalid`. */
  async listUses(reach: Reach, id: string, request: PageRequest): Promise<Page<UseRow>> {
    await this.find(reach, id);
    const rows = await this.uses.list(id, keyAfter(request), request.limit + 1);
    return pageOf(rows, request.limit, (use) => use.id);
  }

  private async find(reach: Reach, id: string): Promise<LinkRow> {
    const row = await this.links.findInReach(reach, id);
    if (!row) throw reportLinkNotFound();
    return row;
  }

  private async views(rows: readonly LinkRow[]): Promise<ReportLinkView[]> {
    const owned = await this.links.ownedAccounts(rows.map(({ id }) => id));
    const now = this.clock.now();
    return rows.map((row) => {
      const accounts = owned.filter(({ linkId }) => linkId === row.id).map(({ publicId }) => publicId);
      return { ...row, state: linkState(row, now), accounts: row.onlyAccounts === 0 ? null : accounts };
    });
  }
}
