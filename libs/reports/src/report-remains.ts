import { found, ofAccounts, ofMerchant, type Leaving, type MerchantRemains } from '@app/tenants';

const OF_ITS_LINKS = 't.report_link_id IN (SELECT l.id FROM report_link l WHERE l.merchant_id = ?)';
const merchant = ({ merchantId }: Leaving): unknown[] => [merchantId];

/** Links of the provider that show accounts of several merchants stay, and show the others. */
export const reportRemains: MerchantRemains = {
  doors: [
    found('report_link_account', 'report_link_id', OF_ITS_LINKS, merchant),
    found('report_link_use', 'id', OF_ITS_LINKS, merchant),
    ofMerchant('report_link'),
    ofAccounts('report_link_account'),
  ],
  rows: [],
  traces: [],
};
