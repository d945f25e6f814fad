import { createHash } from 'node:crypto';

/**
 * The table: every order in which WeChat may send the four messages of an authorization, and every fate each may have.
 *
 * A case is a history that is possible at WeChat. `unauthorized` cuts it into two lives of one authorization, and a life
 * begins when the merchant agrees on WeChat's page:
 * - `redirect` and `authorized` tell of the beginning of the life they stand in. In one life they are the browser and the
 *   push of the same act, with one code or with a code each; in two lives the merchant came twice through the invite's link.
 * - `updateauthorized`: the sets change in that life. It may be sent before the two others are: they are then older than it.
 * - A life that neither of them tells of begins all the same, without the invite: the first one before anything else (known
 *   to us in half of the cases), the second one without our hearing of it.
 * Each message tells WeChat's time of its act. Delivery: at its place, twice at its place, after everything else, or never.
 */
export const MESSAGES = ['redirect', 'authorized', 'updateauthorized', 'unauthorized'] as const;
export type Message = (typeof MESSAGES)[number];
export const FATES = ['once', 'twice', 'late', 'lost'] as const;
export type Fate = (typeof FATES)[number];

export interface OrderCase {
  readonly appid: string;
  readonly order: readonly Message[];
  readonly fates: Readonly<Record<Message, Fate>>;
  /** Browser and push of one act carry the same code. */
  readonly sameCode: boolean;
  /** A first life nobody tells of in the table was told of before it. */
  readonly known: boolean;
  /** The change of sets went through the invite's link, too. */
  readonly updateByInvite: boolean;
  /** What is delivered twice arrives twice at the same time. */
  readonly together: boolean;
  readonly merchantId: string;
  readonly wave: number;
}

export interface Truth {
  readonly active: boolean;
  readonly sets: readonly number[];
}

/** What somebody does at WeChat; `codes` names the codes it issues. Within a place, beginnings come first. */
export interface Act {
  readonly place: number;
  readonly half: 0 | 1;
  readonly kind: 'begin' | 'update' | 'cancel';
  readonly sets: readonly number[];
  readonly codes: readonly string[];
}

export interface Plan {
  readonly acts: readonly Act[];
  /** The act each message tells of, and the code it carries. */
  readonly tells: Readonly<Partial<Record<Message | 'prelude', { readonly act: Act; readonly code: string }>>>;
}

/** The place before the first, and the one after the last. */
export const PRELUDE = -1;
export const AFTER = 4;
const BEGIN_SETS = [
  [1, 2, 3],
  [2, 3, 4],
];
const UPDATED_SETS = [2, 7];

export function allCases(waves: number): OrderCase[] {
  return permutations(MESSAGES).flatMap((order, n) =>
    Array.from({ length: FATES.length ** MESSAGES.length }, (_, fate) => caseOf(order, n * 256 + fate, fate, waves)),
  );
}

function caseOf(order: readonly Message[], index: number, fate: number, waves: number): OrderCase {
  const fateOf = (place: number): Fate => FATES[Math.floor(fate / FATES.length ** place) % FATES.length]!;
  const fates = Object.fromEntries(MESSAGES.map((message, place) => [message, fateOf(place)]));
  // Spread over the table without regard to order and fates.
  const bits = createHash('sha256').update(`case ${index}`).digest().readUInt16BE();
  return {
    appid: `wx${index.toString(16).padStart(16, '0')}`,
    order,
    fates: fates as Record<Message, Fate>,
    sameCode: (bits & 1) === 0,
    known: (bits & 2) === 0,
    updateByInvite: (bits & 4) === 0,
    together: (bits & 8) === 0,
    merchantId: (bits & 16) === 0 ? 'mer_1' : 'mer_2',
    wave: (bits >> 5) % waves,
  };
}

export function planOf({ order, sameCode }: OrderCase): Plan {
  const acts: Act[] = [];
  const tells: Record<string, { act: Act; code: string }> = {};
  const cancelled = order.indexOf('unauthorized');
  const lives = [order.slice(0, cancelled), order.slice(cancelled + 1)];
  lives.forEach((life, n) => {
    if (n === 1 && life.length === 0) return;
    const told = life.filter((message) => message === 'redirect' || message === 'authorized');
    const codes = told.length === 2 && sameCode ? ['both'] : told;
    const isPrelude = n === 0 && told.length === 0;
    const place = isPrelude ? PRELUDE : order.indexOf(life[0]!);
    const begin: Act = { place, half: 0, kind: 'begin', sets: BEGIN_SETS[n]!, codes: isPrelude ? ['prelude'] : codes };
    acts.push(begin);
    if (isPrelude) tells['prelude'] = { act: begin, code: 'prelude' };
    for (const message of told) tells[message] = { act: begin, code: codes.length === 1 ? codes[0]! : message };
    if (life.includes('updateauthorized')) {
      const at = { place: order.indexOf('updateauthorized'), half: 1 } as const;
      const update: Act = { ...at, kind: 'update', sets: UPDATED_SETS, codes: ['updateauthorized'] };
      acts.push(update);
      tells['updateauthorized'] = { act: update, code: 'updateauthorized' };
    }
  });
  const cancel: Act = { place: cancelled, half: 1, kind: 'cancel', sets: [], codes: [] };
  acts.push(cancel);
  tells['unauthorized'] = { act: cancel, code: '' };
  return { acts: acts.sort((a, b) => a.place - b.place || a.half - b.half), tells };
}

export function truthAt({ acts }: Plan, place: number): Truth {
  const last = acts.filter((act) => act.place <= place).at(-1);
  return last === undefined || last.kind === 'cancel' ? { active: false, sets: [] } : { active: true, sets: last.sets };
}

/** How often the authorization began so far. */
export function lifeAt({ acts }: Plan, place: number): number {
  return acts.filter((act) => act.kind === 'begin' && act.place <= place).length;
}

/** What is delivered at a place, in order. */
export function deliveriesAt({ order, fates, known }: OrderCase, plan: Plan, place: number): (Message | 'prelude')[] {
  if (place === PRELUDE) return known && plan.tells.prelude ? ['prelude'] : [];
  if (place === AFTER) return order.filter((message) => fates[message] === 'late');
  const message = order[place]!;
  return fates[message] === 'once' || fates[message] === 'twice' ? [message] : [];
}

export function nameOf({ order, fates, ...rest }: OrderCase): string {
  const bits = [rest.sameCode && 'same code', rest.known && 'known', rest.updateByInvite && 'update by invite'];
  return `${order.map((message) => `${message}:${fates[message]}`).join(' ')} (${bits.filter(Boolean).join(', ')}; wave ${rest.wave})`;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, n) =>
    permutations(items.filter((_, other) => other !== n)).map((rest) => [item, ...rest]),
  );
}
