import { type Authorization } from '../grants/grants';
import { setsWithin } from '../grants/permission-sets';
import { type SentPush } from '../push/pusher';
import { type Account, type Platform } from '../state/model';
import { newPreAuthCode } from '../state/value-shapes';
import { type World } from '../world';
import { ControlError, Fields } from './fields';

/** account_status values whose accounts the authorization page offers: normal and warned. */
const OFFERED_STATUSES: readonly number[] = [1, 18];

export function mayAuthorize(account: Account, platform: Platform): boolean {
  const onTestList = account.platforms === null || account.platforms.includes(platform.appid);
  return onTestList && OFFERED_STATUSES.includes(account.status);
}

export function needPlatform(world: World, appid: string): Platform {
  const platform = world.store.platforms.get(appid);
  if (platform === undefined) throw new ControlError(404, `no platform ${appid}`);
  return platform;
}

export function needAccount(world: World, appid: string): Account {
  const account = world.store.accounts.get(appid);
  if (account === undefined) throw new ControlError(404, `no account ${appid}`);
  return account;
}

export interface ActDone {
  readonly done: Authorization;
  readonly sent: SentPush | null;
  readonly preAuthCode: string;
}

/** What the administrator's confirmation causes: grant, code and push. Throws 409 for an account that cannot. */
export function authorizeAccount(
  world: World,
  platform: Platform,
  account: Account,
  options: { sets?: number[]; preAuthCode?: string; push?: boolean; delayMs?: number } = {},
): ActDone {
  if (!mayAuthorize(account, platform)) {
    throw new ControlError(409, 'this account cannot authorize: status, or not on the test list of the platform');
  }
  const done = world.grants.authorize(
    platform.appid,
    account.appid,
    setsWithin(options.sets ?? platform.sets, account),
  );
  const preAuthCode = options.preAuthCode ?? newPreAuthCode();
  world.store.remember('pre_auth_code', preAuthCode);
  const silent = options.push === false;
  const sent = silent ? null : world.events.authorized(platform, done, preAuthCode, options.delayMs);
  return { done, sent, preAuthCode };
}

const ACT_FIELDS = ['component_appid', 'sets', 'pre_auth_code', 'push'] as const;

/** POST …/authorize and …/update. Answers after the first try of the push. */
export async function authorizeByControl(
  world: World,
  appid: string,
  body: unknown,
  act: 'authorize' | 'update',
): Promise<object> {
  const fields = Fields.of(body, ACT_FIELDS);
  const platform = needPlatform(world, fields.needText('component_appid'));
  const account = needAccount(world, appid);
  const before = world.store.findGrant(platform.appid, appid);
  if (act === 'update' && before?.active !== true) throw new ControlError(409, 'nothing to update: not authorized');
  const sets = fields.wholes('sets') ?? (act === 'update' ? before?.sets : undefined);
  const preAuthCode = fields.text('pre_auth_code');
  const { done, sent, ...rest } = authorizeAccount(world, platform, account, {
    ...(sets === undefined ? {} : { sets }),
    ...(preAuthCode === undefined ? {} : { preAuthCode }),
    push: fields.flag('push') ?? true,
  });
  await sent?.first;
  return {
    ok: true,
    event: done.event,
    sets: done.grant.sets,
    authorization_code: done.code.value,
    auth_code_expires_in: world.faults.values.authCodeSeconds,
    create_time: Math.floor(done.code.expiresAt / 1000) - world.faults.values.authCodeSeconds,
    pre_auth_code: rest.preAuthCode,
    delivery: sent?.delivery ?? null,
  };
}

export async function cancelByControl(world: World, appid: string, body: unknown): Promise<object> {
  const fields = Fields.of(body, ['component_appid', 'push']);
  const platform = needPlatform(world, fields.needText('component_appid'));
  needAccount(world, appid);
  if (!world.grants.cancel(platform.appid, appid)) throw new ControlError(409, 'nothing to cancel: not authorized');
  const createTime = world.clock.seconds();
  const sent = fields.flag('push') === false ? null : world.events.unauthorized(platform, appid);
  await sent?.first;
  return { ok: true, event: 'unauthorized', create_time: createTime, delivery: sent?.delivery ?? null };
}
