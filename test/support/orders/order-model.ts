import {
  AFTER,
  deliveriesAt,
  lifeAt,
  PRELUDE,
  truthAt,
  type Message,
  type OrderCase,
  type Plan,
  type Truth,
} from './order-cases';

/** What somebody who does all he can with what he was told would know. */
export interface Knowledge {
  /** `unknown`: no account is stored. */
  state: 'unknown' | 'authorized' | 'revoked';
  /** As WeChat had them when it was asked last. */
  sets: readonly number[];
  /** Somebody told whose account it is. */
  owned: boolean;
  /** Codes that were delivered while they could be exchanged. */
  /** The life WeChat told of last; 0 is none. */
  life: number;
  readonly spent: Set<string>;
  readonly delivered: Set<string>;
}

export function knowledgeOf(orderCase: OrderCase, plan: Plan): Knowledge {
  const known: Knowledge = {
    state: 'unknown',
    sets: [],
    owned: false,
    life: 0,
    spent: new Set(),
    delivered: new Set(),
  };
  for (let place = PRELUDE; place <= AFTER; place++) {
    for (const message of deliveriesAt(orderCase, plan, place)) {
      const before = known.spent.size;
      learn(known, message, plan.tells[message]!.code, truthAt(plan, place), hasInvite(orderCase, message));
      if (known.spent.size > before) known.life = lifeAt(plan, place);
    }
  }
  return known;
}

export function hasInvite({ updateByInvite }: OrderCase, message: Message | 'prelude'): boolean {
  return message === 'redirect' || message === 'authorized' || (message === 'updateauthorized' && updateByInvite);
}

function learn(known: Knowledge, message: string, code: string, truth: Truth, hasInvite: boolean): void {
  if (message === 'unauthorized') {
    // Later than a new beginning it is old news, which WeChat tells when it is asked.
    if (known.state !== 'unknown' && !truth.active) known.state = 'revoked';
    return;
  }
  known.delivered.add(code);
  if (!known.spent.has(code) && truth.active) {
    known.spent.add(code);
    known.state = 'authorized';
    known.sets = truth.sets;
    known.owned ||= hasInvite;
    return;
  }
  if (known.spent.has(code)) {
    known.owned ||= hasInvite;
    return;
  }
  // WeChat refuses the code of a cancelled authorization. A push names its account; a browser does not.
  if (message === 'redirect' || known.state === 'unknown') return;
  known.state = 'revoked';
  known.owned ||= hasInvite;
}
