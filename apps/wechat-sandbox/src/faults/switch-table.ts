import { amount, choice, countdown, errcode, flag, text } from './switch-kinds';

/**
 * Every behaviour of WeChat that no document settles, and every fault a client must survive. One row is one switch
 * of GET/PUT /sandbox/faults; docs/sandbox.md prints this table.
 */
export const SWITCH_TABLE = {
  // tokens and codes
  componentTokenSeconds: amount(7200, 'life of a component token'),
  authorizerTokenSeconds: amount(7200, 'life of an authorizer token'),
  componentTokenOverlapSeconds: amount(300, 'how long a replaced component token stays good; 0 = dies at once'),
  authorizerTokenOverlapSeconds: amount(300, 'how long a replaced authorizer token stays good'),
  preAuthCodeSeconds: amount(1800, 'life of a pre-auth code'),
  preAuthCodeSingleUse: flag(true, 'a pre-auth code is spent by one confirmed authorization'),
  authCodeSeconds: amount(3600, 'life of an authorization code'),
  redirectExpiresIn: amount(3600, 'expires_in written into the redirect (a page sample says 600)'),
  ticketGoodSeconds: amount(43_200, 'age at which a ticket answers 61005'),
  refreshRotates: flag(false, 'each refresh gives a new refresh token'),
  refreshOverlapSeconds: amount(300, 'how long a rotated refresh token stays good'),
  reauthorizeChangesRefresh: flag(false, 're-authorization without a cancel changes the refresh token'),
  silentRefreshInvalidations: countdown('refreshes that answer 61023 while LIST and INFO show a new refresh token'),
  emptyTokensOnExchange: countdown('api_query_auth answers that carry empty token fields'),
  otherBuysComponentToken: countdown('component tokens right after which a second environment buys another'),
  otherRefreshesAccount: countdown('account tokens right after which a second environment refreshes the account'),
  listHidesUnexchanged: flag(true, 'LIST and INFO show an empty refresh token until a code was exchanged'),
  confirmInfo: flag(true, 'confirm_info on sets 3, 18, 25, 30, 31'),
  confirmInfoOnAll: flag(false, 'confirm_info on every set'),
  confirmInfoSays: choice(
    ['nothing', 'needed', 'confirmed'],
    'what confirm_info says: all zeros, to be confirmed, done',
  ),
  // LIST and INFO
  listOrder: choice(
    ['oldest-first', 'newest-first', 'by-appid', 'shuffled'],
    'order of LIST; shuffled differs on every call',
  ),
  listTotal: choice(['true', 'grows', 'shrinks'], 'total_count after the first page: as it is, one more, one less'),
  listShift: choice(
    ['none', 'skips', 'repeats'],
    'pages after the first begin where they should, one later, one earlier',
  ),
  listShortPages: countdown('LIST pages that hold half of what was asked for'),
  listEmptyPages: countdown('LIST pages after the first that are empty'),
  listFailedPages: countdown('LIST pages after the first that answer listFailedPageCode'),
  listFailedPageCode: errcode(-1, 'what a failed page answers'),
  listLeavesOutEmpty: flag(
    false,
    'LIST has no refresh_token field, instead of an empty one, where there is none to show',
  ),
  listInfoDiffer: choice(
    ['no', 'list-empty', 'list-dead', 'list-missing', 'info-empty', 'info-dead', 'info-missing'],
    'LIST or INFO shows no refresh token, one that is refused, or not the account at all',
  ),
  listInfoDifferAppid: text('only for this account'),
  // errcodes nobody settled
  codeAfterCancel: errcode(61003, 'an authorizer token used after the merchant cancelled'),
  refreshCodeAfterCancel: errcode(61023, 'a refresh after the merchant cancelled'),
  exchangeCodeAfterCancel: errcode(61003, 'an unused code exchanged after the merchant cancelled'),
  expiredComponentTokenCode: errcode(42001, 'an expired component token (42006 exists too)'),
  malformedTokenCode: errcode(40014, 'a token that cannot be one'),
  frozenAccountCode: errcode(50007, 'datacube for an account with status 19'),
  bannedAccountCode: errcode(50002, 'datacube for an account with status 16'),
  closedAccountCode: errcode(50002, 'datacube for an account with status 14'),
  // datacube
  notReadyMode: choice(
    ['partial', 'empty', 'errcode'],
    'a day not computed yet: row left out, whole list empty, 61503',
  ),
  readyHour: amount(8, 'Beijing hour of the next day from which a day is ready; above 24 = days late', 720),
  beforeBirth: choice(['missing', 'zero'], 'rows of days before the account existed'),
  userSource: flag(true, 'rows carry user_source: 0'),
  unknownFields: flag(false, 'rows and answers carry a field no client knows'),
  lackingRows: countdown('datacube answers that lack one of their rows, each day once'),
  emptyLists: countdown('datacube answers whose list is empty, each day once'),
  oddRowAnswers: countdown('datacube answers that are wrong in the way oddRows says'),
  oddRows: choice(
    ['outside', 'twice', 'negative', 'fraction', 'text', 'object', 'backwards'],
    'a day outside the window; a day twice; -1; a half; the number as text; list as an object; newest row first',
  ),
  // quotas; 0 = no limit
  datacubeDailyLimit: amount(5000, 'datacube calls per account and day, then 45009'),
  datacubeMinuteLimit: amount(0, 'datacube calls per account and minute, then 45011'),
  componentTokenDailyLimit: amount(10_000, 'api_component_token calls per platform and day'),
  componentDailyLimit: amount(0, 'calls of every other component path per platform and day'),
  refreshDailyLimit: amount(0, 'api_authorizer_token calls per platform and day; 0 = componentDailyLimit'),
  preAuthCodeDailyLimit: amount(0, 'api_create_preauthcode calls; 0 = componentDailyLimit'),
  queryAuthDailyLimit: amount(0, 'api_query_auth calls; 0 = componentDailyLimit'),
  infoDailyLimit: amount(0, 'api_get_authorizer_info calls; 0 = componentDailyLimit'),
  listDailyLimit: amount(0, 'api_get_authorizer_list calls; 0 = componentDailyLimit'),
  quotaResetHour: amount(0, 'Beijing hour at which daily quotas start again', 23),
  clearQuotaMonthlyLimit: amount(10, 'clear_quota calls per appid and month, then 48006'),
  clearQuotaResetsTokenCalls: flag(true, 'clear_quota also resets api_component_token and api_authorizer_token'),
  clearQuotaLagSeconds: amount(0, 'how long after clear_quota the counters start again'),
  // IP white list of a platform
  ipWhiteListSize: amount(0, 'addresses a platform may register; 0 = any number'),
  ipWhiteListRanges: flag(false, 'entries such as 10.0.0.0/8 stand for all their addresses'),
  // pushes
  pushTries: amount(3, 'deliveries of one push until it answers success (real number unknown)', 100),
  eventTries: amount(0, 'deliveries of one authorization event; 0 = pushTries', 100),
  pushRetryMs: amount(1000, 'real ms between two tries'),
  pushTimeoutMs: amount(5000, 'real ms a push may take (WeChat: 5 s)'),
  pushRetryReencrypts: flag(true, 'every try has its own nonce and ciphertext'),
  pushWrongSignature: flag(false, 'msg_signature does not fit'),
  pushBlockAfterFailures: amount(0, 'failed pushes in a row after which the platform gets none for a while; 0 = never'),
  pushBlockMs: amount(60_000, 'real ms of that while'),
  pushReplayAfterBlock: flag(false, 'authorization events that failed or fell into the block come again after it'),
  ticketDuplicate: flag(false, 'tickets arrive twice'),
  ticketDelayMs: amount(0, 'real ms before a ticket is sent'),
  ticketReorder: flag(false, 'every second ticket overtakes the one before it'),
  ticketPushLost: flag(false, 'tickets are issued but never arrive'),
  startPushesAtOnce: flag(false, 'api_start_push_ticket is followed by a ticket at once'),
  eventLost: flag(false, 'authorization events never arrive'),
  eventDuplicate: flag(false, 'authorization events arrive twice'),
  eventDelayMs: amount(0, 'real ms before an authorization event is sent'),
  eventReorder: flag(false, 'every second authorization event of a platform overtakes the one before it'),
  reorderWaitMs: amount(5000, 'real ms after which an overtaken push goes even if nothing came after it'),
  // authorization page
  checkReferer: flag(true, 'the page must be opened from the registered domain'),
  checkRedirectDomain: flag(true, 'redirect_uri must lie on the registered domain'),
  consentOrder: choice(['together', 'push-first', 'redirect-first'], 'which of push and redirect goes first'),
  redirectFirstMs: amount(1000, 'real ms the push waits in redirect-first'),
  redirectLost: flag(false, 'the browser is never sent back'),
  // upstream trouble
  faultPath: text('network faults and latency hit only paths that contain this'),
  faultProbability: amount(1, 'chance that a network fault or injected errcode hits', 1),
  latencyMs: amount(0, 'real ms every answer waits'),
  latencyJitterMs: amount(0, 'random extra real ms'),
  http502Html: countdown('calls answered by an HTML page with status 502'),
  connectionReset: countdown('calls whose connection is reset before anything happens'),
  timeouts: countdown('calls that are never answered'),
  answerLost: countdown('calls carried out, then the connection is reset'),
  truncatedBody: countdown('calls carried out whose answer breaks off half-way'),
  oddAnswerPath: text('the next four hit only paths that contain this, e.g. api_authorizer_token'),
  expiresInMissing: countdown('tokens that come without expires_in'),
  expiresInZero: countdown('tokens that come with expires_in 0'),
  emptyTokenAnswers: countdown('tokens that come empty'),
  html200: countdown('calls carried out and answered by an HTML page with status 200'),
  datacubeErrcode: errcode(0, 'errcode that datacube calls answer; 0 = none'),
  datacubeErrcodeCount: { ...countdown('how many datacube calls answer it'), default: -1 },
  datacubeErrcodeAppid: text('only for this account'),
  componentErrcode: errcode(0, 'errcode that component calls answer; 0 = none'),
  componentErrcodeCount: { ...countdown('how many component calls answer it'), default: -1 },
  componentErrcodePath: text('only on paths that contain this, e.g. api_authorizer_token'),
  messageErrcode: errcode(0, 'errcode that message/custom/send answers; 0 = none'),
  messageErrcodeCount: { ...countdown('how many messages answer it'), default: -1 },
};

type Table = typeof SWITCH_TABLE;
export type SwitchName = keyof Table;
export type SwitchValues = { -readonly [K in SwitchName]: Table[K]['default'] };
export type CountdownName = {
  [K in SwitchName]: Table[K]['default'] extends number ? K : never;
}[SwitchName];
