import { gateVerdict, type FetchableAccount, type GateRefusal } from '@app/credentials';
import { type Bilingual } from '@app/kernel';

/** An account the gate refuses; its task waits and goes on by itself when the condition changes. */
export interface Refusal {
  readonly account: string;
  readonly appid: string;
  readonly because: GateRefusal;
  readonly message: Bilingual;
}

/** All of them counted, the first ones named. */
export interface Refusals {
  readonly named: readonly Refusal[];
  readonly counts: Partial<Record<GateRefusal, number>>;
}

const NAMED = 100;

export function refusalsOf(accounts: readonly FetchableAccount[]): Refusals {
  const refused = accounts.flatMap(({ publicId, appid, gate }) => {
    const verdict = gateVerdict(gate);
    return verdict.open ? [] : [{ account: publicId, appid, because: verdict.because, message: verdict.message }];
  });
  const counts: Partial<Record<GateRefusal, number>> = {};
  for (const { because } of refused) counts[because] = (counts[because] ?? 0) + 1;
  return { named: refused.slice(0, NAMED), counts };
}
