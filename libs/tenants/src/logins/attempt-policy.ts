import { createHash } from 'node:crypto';

/**
 * How often something may be tried. Each try pours a drop into a bucket that leaks one per `drainMs`; beyond `free` drops
 * each further try makes the next one wait, twice as long each time, `longestMs` at most. Only a success gives a drop back.
 */
export interface AttemptRule {
  readonly free: number;
  readonly drainMs: number;
  readonly firstWaitMs: number;
  readonly longestMs: number;
}

/** Something whose tries are counted; the key holds no address and no e-mail in the clear. */
export interface Bucket {
  readonly key: Buffer;
  readonly rule: AttemptRule;
  /** Forgotten as a whole by a success; of what others use as well a success gives back its own drop alone. */
  readonly isOwn: boolean;
}

/** A bucket's row: when it will be empty, and until when it is shut. */
export interface Counter {
  readonly forgetAt: Date;
  readonly blockedUntil: Date;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** One account from one network: what a forgetful person needs. */
const PAIR: AttemptRule = { free: 5, drainMs: 15 * MINUTE, firstWaitMs: 30 * SECOND, longestMs: 15 * MINUTE };
/** One account from a browser that logged in to it before. */
const DEVICE: AttemptRule = { free: 10, drainMs: 5 * MINUTE, firstWaitMs: 10 * SECOND, longestMs: 5 * MINUTE };
/** One account from all networks it never logged in from: many addresses guess no faster than this. */
const ACCOUNT: AttemptRule = { free: 20, drainMs: 5 * MINUTE, firstWaitMs: 5 * SECOND, longestMs: 5 * MINUTE };
/** All accounts from one network: an office may share it. */
const NETWORK: AttemptRule = { free: 50, drainMs: MINUTE, firstWaitMs: 5 * SECOND, longestMs: 5 * MINUTE };
/** What a person who is in already, or half in, must prove again: a password or a code of six digits. */
const PROOF: AttemptRule = { free: 5, drainMs: 15 * MINUTE, firstWaitMs: 30 * SECOND, longestMs: 15 * MINUTE };

/** What is known of who tries to log in; a device or network is known when a login to this account succeeded there. */
export interface LoginTry {
  /** A person's id; the address itself where there is no such person. */
  readonly account: string;
  readonly network: string;
  readonly knownDevice: Buffer | null;
  readonly isNetworkKnown: boolean;
}

/**
 * Strangers guess against a bucket that all strangers share, so a person must not depend on it: their own browser has a bucket
 * to itself, and the networks they use are not held back by what others do elsewhere.
 * Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
 */
export function loginBuckets({ account, network, knownDevice, isNetworkKnown }: LoginTry): Bucket[] {
  if (knownDevice) return [bucket(DEVICE, true, 'device', knownDevice.toString('hex'))];
  const here = [bucket(PAIR, true, 'pair', account, network), bucket(NETWORK, false, 'network', network)];
  return isNetworkKnown ? here : [...here, bucket(ACCOUNT, false, 'account', account)];
}

/** Codes of a second factor; whoever knows the password alone must not shut out the person's own browser. */
export function codeBuckets(userId: string, knownDevice: Buffer | null): Bucket[] {
  return [bucket(PROOF, true, 'code', userId, knownDevice?.toString('hex') ?? '')];
}

/** The password asked of a session that is open: whoever holds a stolen one must not find it out. */
export function proofBuckets(userId: string): Bucket[] {
  return [bucket(PROOF, true, 'proof', userId)];
}

function bucket(rule: AttemptRule, isOwn: boolean, ...parts: string[]): Bucket {
  return { key: createHash('sha256').update(JSON.stringify(parts)).digest(), rule, isOwn };
}

export type AttemptVerdict = { readonly open: true } | { readonly open: false; readonly until: Date };

/** All buckets must be open; else the one that stays shut for longest tells when. */
export function attemptVerdict(counters: readonly Counter[], now: Date): AttemptVerdict {
  const until = Math.max(...counters.map(({ blockedUntil }) => blockedUntil.getTime()), 0);
  return until > now.getTime() ? { open: false, until: new Date(until) } : { open: true };
}

/** In drops: a clock that is a little behind sees the drops of others as a little more. */
const CLOCKS_APART = 0.01;
const NEVER = new Date(0);

/** The row after one more try. */
export function counted({ forgetAt }: Counter, rule: AttemptRule, now: Date): Counter {
  const fullUntil = Math.max(forgetAt.getTime(), now.getTime()) + rule.drainMs;
  const drops = (fullUntil - now.getTime()) / rule.drainMs;
  const beyond = Math.ceil(drops - CLOCKS_APART) - rule.free;
  const wait = beyond < 0 ? 0 : Math.min(rule.firstWaitMs * 2 ** beyond, rule.longestMs);
  // Not the present: to a process whose clock is a little behind it would be shut.
  return { forgetAt: new Date(fullUntil), blockedUntil: wait === 0 ? NEVER : new Date(now.getTime() + wait) };
}
