/**
 * What becomes of each table's rows about a merchant that leaves: `removed` by a piece of the purge that counts them, `with` a row
 * that is removed, `emptied` or `rewritten` so that they name nobody, or `kept` for the reason given.
 */
type Fate =
  | { readonly is: 'removed' }
  | { readonly is: 'with'; readonly table: string }
  | { readonly is: 'emptied' | 'rewritten' | 'kept'; readonly because: string };

const removed: Fate = { is: 'removed' };
const going = (table: string): Fate => ({ is: 'with', table });
const kept = (because: string): Fate => ({ is: 'kept', because });
const NO_TENANT = kept('says nothing of any merchant');
const OF_PROVIDER = kept('the provider’s own');

/** Every table there is: one that is forgotten here fails a test. */
export const MERCHANT_FATES: Readonly<Record<string, Fate>> = {
  account: removed,
  account_permission: removed,
  account_permission_history: removed,
  api_key: removed,
  api_key_account: removed,
  appid_pause: removed,
  attempt_counter: kept('hashes of addresses that were tried, forgotten in hours'),
  audit_chain: kept('where a provider’s log ends'),
  audit_event: { is: 'emptied', because: 'places and hashes stay, with the purge’s proof' },
  audit_purge: kept('the proof: a digest of places and hashes'),
  authorization_code: removed,
  call_count: removed,
  campaign: OF_PROVIDER,
  campaign_member: removed,
  campaign_set: OF_PROVIDER,
  credential: removed,
  cumulate_revision: removed,
  daily_cumulate: removed,
  day_miss: removed,
  departed_account: kept('keyed hashes of appids that must not come back by themselves'),
  doctor_run: { is: 'rewritten', because: 'a report that names an account is made anew when asked for' },
  fetch: removed,
  fetch_call: removed,
  fetch_task: removed,
  idempotency_key: removed,
  installation: NO_TENANT,
  invite: removed,
  invite_click: removed,
  known_device: going('user'),
  late_ticket: OF_PROVIDER,
  membership: removed,
  merchant: removed,
  merchant_purge: kept('the receipt: opaque ids, times and counts'),
  merchant_purge_subject: kept('only until the purge is done'),
  other_kind_account: removed,
  outbox_event: removed,
  outbox_interest: OF_PROVIDER,
  password_link: removed,
  pending_login: removed,
  platform: OF_PROVIDER,
  platform_counter: OF_PROVIDER,
  platform_pause: OF_PROVIDER,
  platform_secret: OF_PROVIDER,
  provider: OF_PROVIDER,
  push_event: removed,
  push_refusal: OF_PROVIDER,
  quota_hint: removed,
  reconcile_run: { is: 'rewritten', because: 'findings about its accounts go, counts stay' },
  recovery_code: going('user'),
  report_link: removed,
  report_link_account: removed,
  report_link_use: removed,
  schedule: OF_PROVIDER,
  schedule_run: OF_PROVIDER,
  sealing_key: NO_TENANT,
  sealing_process: NO_TENANT,
  second_factor: going('user'),
  session: removed,
  ticket: OF_PROVIDER,
  user: removed,
  webhook_delivery: removed,
  webhook_endpoint: OF_PROVIDER,
  webhook_secret: OF_PROVIDER,
};
