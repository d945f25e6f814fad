import { AccountDirectory, type FetchableAccount } from '@app/credentials';
import { type DayRange } from '@app/fetching';
import { Clock, newId, shanghaiDate, type Secret } from '@app/kernel';
import { reachOfOwner } from '@app/tenants';
import { Injectable, Logger } from '@nestjs/common';
import { pipeline } from 'node:stream';
import { cumulateCsv } from '../cumulate-csv';
import { SeriesService } from '../series.service';
import { MeteredFile } from './metered-file';
import { linkState, loggedDownloader, type Downloader } from './report-link-policy';
import { ReportLinkUseRepository } from './report-link-use.repository';
import { reportLinkClosed } from './report-link.errors';
import { ReportLinkRepository, type LinkRow } from './report-link.repository';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A link that may be downloaded now, and what it shows now. */
export interface OpenLink {
  readonly link: LinkRow;
  readonly range: DayRange;
  readonly accounts: readonly FetchableAccount[];
}

/** A download under way. */
export interface Download {
  readonly file: MeteredFile;
  /** To be told once, when the connection is done with it: was all of it taken? */
  readonly end: (isTaken: boolean) => Promise<void>;
}

/** What somebody with a link can do; the link is all they have. */
@Injectable()
export class ReportDownloads {
  private readonly logger = new Logger(ReportDownloads.name);

  constructor(
    private readonly links: ReportLinkRepository,
    private readonly uses: ReportLinkUseRepository,
    private readonly directory: AccountDirectory,
    private readonly series: SeriesService,
    private readonly clock: Clock,
  ) {}

  /** Without side effect. Throws `report_link_closed`, the same for whatever is no open link. */
  async open(token: Secret): Promise<OpenLink> {
    const link = TOKEN.test(token.reveal()) ? await this.links.findByToken(token) : null;
    if (!link || linkState(link, this.clock.now()) !== 'open') throw reportLinkClosed();
    const accounts = await this.accountsOf(link);
    // Whatever it was made for belongs to somebody else by now.
    if (link.onlyAccounts === 1 && accounts.length === 0) throw reportLinkClosed();
    return { link, accounts, range: { from: shanghaiDate(link.fromDate), to: shanghaiDate(link.toDate) } };
  }

  /** Counts and logs. Throws `report_link_closed` when others were faster. Reading ends when the signal says so. */
  async begin({ link, accounts, range }: OpenLink, by: Downloader, signal: AbortSignal): Promise<Download> {
    const id = newId('rlu');
    const use = { id, linkId: link.id, ...loggedDownloader(by) };
    if (!(await this.uses.begin(use, this.clock.now()))) throw reportLinkClosed();
    const file = new MeteredFile();
    // A failure reaches whoever reads the file.
    pipeline(cumulateCsv(this.series.read(accounts, range, signal), link.lang), file, () => undefined);
    return { file, end: (isTaken) => this.end(id, file, isTaken && file.isComplete) };
  }

  /** The reach is the owner's, today's: whoever made the link may have left long ago. */
  private async accountsOf(link: LinkRow): Promise<FetchableAccount[]> {
    const { merchantId } = link;
    if (link.onlyAccounts === 0 && merchantId !== null)
      return this.directory.inScope(reachOfOwner(link), { merchant: merchantId });
    const owned = await this.links.ownedAccounts([link.id]);
    const accounts = await this.directory.fetchable(owned.map(({ id }) => id));
    return owned.flatMap(({ id }) => accounts.get(id) ?? []);
  }

  private async end(useId: string, { bytes }: MeteredFile, isWhole: boolean): Promise<void> {
    try {
      await this.uses.end(useId, { outcome: isWhole ? 'whole' : 'broken_off', bytes }, this.clock.now());
    } catch (err) {
      // It stays `running`, and a worker ends it later.
      this.logger.warn({ msg: 'end of a download not noted', useId, err });
    }
  }
}
