import { authorizeAccount, needPlatform } from '../control/authorization-acts';
import { ControlError, Fields } from '../control/fields';
import { readAccount } from '../control/registration';
import { type SentPush } from '../push/pusher';
import { type AccountKind, type Platform } from '../state/model';
import { RELEASE_TEST_ACCOUNTS } from '../state/release-test-accounts';
import { type World } from '../world';
import { MessageSteps, type Step } from './message-steps';

/** Sets whose choice makes WeChat test messages: 1 of Official Accounts, 19 of mini programs. */
const MESSAGE_SETS: readonly (readonly [AccountKind, number])[] = [
  ['official', 1],
  ['mini', 19],
];

interface Options {
  readonly group: number;
  /** null: as the platform's sets say. */
  readonly messages: boolean | null;
  readonly code: 'event' | 'own';
}

/** POST /sandbox/release-check: what WeChat does with a platform that asks for its full release, and how it answered. */
export async function releaseCheckByControl(world: World, body: unknown): Promise<object> {
  const fields = Fields.of(body, ['component_appid', 'group', 'messages', 'code']);
  const platform = needPlatform(world, fields.needText('component_appid'));
  const group = fields.between('group', 1, 5) ?? 1;
  const code = fields.text('code') ?? 'event';
  if (code !== 'event' && code !== 'own') throw new ControlError(400, 'code must be event or own');
  if (!Number.isInteger(group)) throw new ControlError(400, 'group must be a whole number');
  const steps = await play(world, platform, { group, code, messages: fields.flag('messages') ?? null });
  return { ok: steps.every((step) => step.ok), steps };
}

async function play(world: World, platform: Platform, options: Options): Promise<Step[]> {
  const steps: Step[] = [await told('ticket', world.tickets.pushNow(platform))];
  for (const [kind, set] of MESSAGE_SETS) {
    const withMessages = options.messages === false ? false : platform.sets.includes(set);
    // without mini programs' messages there is nothing to see in a mini program
    if (kind === 'official' || withMessages)
      steps.push(...(await playKind(world, platform, kind, withMessages, options)));
  }
  return steps;
}

async function playKind(
  world: World,
  platform: Platform,
  kind: AccountKind,
  withMessages: boolean,
  options: Options,
): Promise<Step[]> {
  const tested = RELEASE_TEST_ACCOUNTS[kind][options.group - 1];
  if (tested === undefined) throw new ControlError(400, 'no such group');
  const account = readAccount(
    { appid: tested.appid, kind, name: `全网发布检测 ${kind} ${options.group}` },
    world.store,
  );
  world.store.accounts.set(account.appid, account);
  world.grants.cancel(platform.appid, account.appid);
  const { done, sent } = authorizeAccount(world, platform, account);
  const steps: Step[] = [];
  // WeChat does not wait for the event to be worked off, and neither does this
  if (sent !== null) steps.push(await told(`${kind}_authorized`, sent));
  if (withMessages) {
    const code = options.code === 'event' ? done.code : world.grants.issueCode(platform.appid, account.appid);
    steps.push(...(await new MessageSteps(world, platform, tested).all(code.value)));
  }
  world.grants.cancel(platform.appid, account.appid);
  return [...steps, await told(`${kind}_unauthorized`, world.events.unauthorized(platform, account.appid))];
}

/** A push that must be answered by `success`. */
async function told(step: string, sent: SentPush): Promise<Step> {
  await sent.done;
  const { state, attempts } = sent.delivery;
  const last = attempts.at(-1);
  return { step, ok: state === 'delivered', ms: last?.ms ?? 0, detail: last?.error ?? state };
}
