import { createHash } from 'node:crypto';
import { ConnectService, PushInbox } from '@app/credentials';
import { AppError, Secret } from '@app/kernel';
import { PLATFORM } from '../../../libs/credentials/src/testing/harness';
import { grantXml, push, revokeXml } from '../../../libs/credentials/src/testing/pushes';
import {
  AFTER,
  deliveriesAt,
  lifeAt,
  planOf,
  PRELUDE,
  truthAt,
  type Act,
  type Message,
  type OrderCase,
  type Plan,
} from './order-cases';
import { hasInvite, knowledgeOf, type Knowledge } from './order-model';
import { each, type OrderWorld } from './order-world';

/** A case while it is played. */
export interface Played {
  readonly orderCase: OrderCase;
  readonly plan: Plan;
  readonly knowledge: Knowledge;
  /** Code name → what the sandbox issued. */
  readonly codes: Map<string, string>;
  /** What should not have happened. */
  readonly wrong: string[];
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
const tokenOf = ({ appid }: OrderCase): string => `invite-of-${appid}`;
/** Each beginning has a click of its own. */
const preAuthCode = ({ appid }: OrderCase, act: Act): string => `click-${act.place}-${act.half}-of-${appid}`;

export function ready(orderCase: OrderCase): Played {
  const plan = planOf(orderCase);
  return { orderCase, plan, knowledge: knowledgeOf(orderCase, plan), codes: new Map(), wrong: [] };
}

/** All cases of a wave together, because WeChat's clock is one. `halfStepMs`: WeChat's time between an act and the next. */
export async function playWave(
  world: OrderWorld,
  wave: readonly Played[],
  start: Date,
  halfStepMs: number,
): Promise<void> {
  const timeOf = (place: number, half: number): Date =>
    new Date(start.getTime() + (2 * (place + 1) + half) * halfStepMs);
  await world.act('accounts', { accounts: wave.map(({ orderCase: { appid } }) => ({ appid })) });
  await writeInvites(world, wave);
  for (let place = PRELUDE; place <= AFTER; place++) {
    for (const half of [0, 1] as const) {
      await world.moveTo(timeOf(place, half));
      await actAll(world, wave, place, half);
    }
    await each(wave, async (played) => {
      const { orderCase, plan } = played;
      for (const message of deliveriesAt(orderCase, plan, place)) {
        const { act } = plan.tells[message]!;
        if (message === 'redirect') await comeBack(world, played, place);
        else await deliver(world, played, message, timeOf(act.place, act.half));
      }
    });
  }
}

async function writeInvites(world: OrderWorld, wave: readonly Played[]): Promise<void> {
  const { now } = world;
  const expiresAt = new Date(now.getTime() + 3_600_000);
  for (let from = 0; from < wave.length; from += 500) {
    const some = wave.slice(from, from + 500);
    const invites = some.map(({ orderCase: one }) => {
      return [`inv_${one.appid}`, hash(tokenOf(one)), PLATFORM.id, one.merchantId, 'usr_1', now, expiresAt];
    });
    const clicks = some.flatMap(({ orderCase: one, plan }) =>
      plan.acts.map((act) => [`inv_${one.appid}`, hash(preAuthCode(one, act)), now, expiresAt]),
    );
    await world.database.dataSource.query(
      'INSERT INTO invite (id, token_hash, platform_id, merchant_id, created_by, created_at, expires_at) VALUES ?',
      [invites],
    );
    await world.database.dataSource.query(
      'INSERT INTO invite_click (invite_id, pre_auth_code_hash, created_at, expires_at) VALUES ?',
      [clicks],
    );
  }
}

async function actAll(world: OrderWorld, wave: readonly Played[], place: number, half: 0 | 1): Promise<void> {
  const due = wave.flatMap((played) =>
    played.plan.acts.filter((act) => act.place === place && act.half === half).map((act) => ({ played, act })),
  );
  const cancels = due.filter(({ act }) => act.kind === 'cancel');
  await each(cancels, async ({ played }) => {
    const body = { component_appid: PLATFORM.appid, push: false };
    await world.act(`accounts/${played.orderCase.appid}/cancel`, body);
  });
  const grants = due.filter(({ act }) => act.kind !== 'cancel');
  for (const sets of new Set(grants.map(({ act }) => act.sets))) {
    // A second code of the same act: agreed again at once with the same sets, which WeChat tells nobody.
    for (const nth of [0, 1]) {
      const some = grants.filter(({ act }) => act.sets === sets && (nth === 0 || act.codes.length > nth));
      if (some.length === 0) continue;
      const appids = some.map(({ played }) => played.orderCase.appid);
      const { list } = await world.act('authorize', { component_appid: PLATFORM.appid, appids, sets });
      some.forEach(({ played, act }, n) => {
        const name = act.codes[nth];
        if (name !== undefined) played.codes.set(name, list[n].authorization_code);
      });
    }
  }
}

async function deliver(world: OrderWorld, played: Played, message: Message | 'prelude', at: Date): Promise<void> {
  const { orderCase, plan, codes, wrong } = played;
  const { appid, fates, together } = orderCase;
  const { act, code } = plan.tells[message]!;
  const tie = hasInvite(orderCase, message) ? preAuthCode(orderCase, act) : `foreign-click-of-${appid}`;
  const infoType = message === 'updateauthorized' ? message : 'authorized';
  const xml =
    message === 'unauthorized'
      ? revokeXml(at, appid)
      : grantXml(at, { appid, code: codes.get(code)!, preAuthCode: tie, infoType });
  const times = message !== 'prelude' && fates[message] === 'twice' ? [1, 2] : [1];
  const receive = (nonce: number): Promise<void> => {
    const { query, body } = push(xml, { nonce: String(nonce) });
    return world.process().module.get(PushInbox).receive(PLATFORM.appid, query, body);
  };
  const work = async (): Promise<void> => {
    const rows: { id: number }[] = await world.database.dataSource.query(
      'SELECT id FROM push_event WHERE platform_id = ? AND body_hash = ?',
      [PLATFORM.id, hash(xml)],
    );
    if (rows.length !== 1) wrong.push(`${message} is stored ${rows.length} times`);
    for (const { id } of rows) await world.process().module.get(PushInbox).process(id);
  };
  try {
    await repeat(times, together, receive);
    await repeat(times, together, work);
  } catch (error) {
    wrong.push(`${message} failed: ${String(error)}`);
  }
}

async function comeBack(world: OrderWorld, played: Played, place: number): Promise<void> {
  const { orderCase, plan, codes, wrong } = played;
  const { active } = truthAt(plan, place);
  const { act } = plan.tells.redirect!;
  const isItsLife = lifeAt(plan, act.place) === lifeAt(plan, place);
  const code = new Secret(codes.get(plan.tells.redirect!.code)!);
  await repeat(orderCase.fates.redirect === 'twice' ? [1, 2] : [1], orderCase.together, async () => {
    try {
      const outcome = await world.process().module.get(ConnectService).callback(tokenOf(orderCase), code);
      if (outcome.ownedByOther) wrong.push('redirect: told that somebody else owns the account');
      if (active && isItsLife && !outcome.gate.open) wrong.push(`redirect: told that ${outcome.gate.because}`);
    } catch (error) {
      // Nothing is left at WeChat to exchange the code for.
      const isDue = !active && error instanceof AppError && error.code === 'authorization_code_expired';
      if (!isDue) wrong.push(`redirect failed: ${String(error)}`);
    }
  });
}

async function repeat(times: readonly number[], together: boolean, work: (n: number) => Promise<void>): Promise<void> {
  if (together) await Promise.all(times.map(work));
  else for (const n of times) await work(n);
}
