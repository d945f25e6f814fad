import { ReportLinkAccount } from './links/report-link-account.entity';
import { ReportLinkUse } from './links/report-link-use.entity';
import { ReportLink } from './links/report-link.entity';

export const reportEntities = [ReportLink, ReportLinkAccount, ReportLinkUse];
