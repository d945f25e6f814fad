/** SQL: does the account grant every set the campaign asks for? Both are SQL expressions from code, never input. */
export function grantsAll(campaign: string, account: string): string {
  return `NOT EXISTS (SELECT 1 FROM campaign_set cs WHERE cs.campaign_id = ${campaign} AND NOT EXISTS
    (SELECT 1 FROM account_permission ap WHERE ap.account_id = ${account} AND ap.set_id = cs.set_id))`;
}
