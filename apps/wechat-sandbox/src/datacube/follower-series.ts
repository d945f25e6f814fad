import { type BeijingDay, FIRST_DATA_DAY } from '../clock/beijing-day';

interface Profile {
  readonly seed: number;
  readonly base: number;
  /** Share of the base gained per day. */
  readonly rate: number;
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** 0 ≤ x < 1, a pure function of both numbers. */
function random(seed: number, n: number): number {
  let hash = seed ^ Math.imul(n, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth noise with one free value per period: a random walk that can be entered at any day. */
function wave(seed: number, x: number, period: number): number {
  const step = Math.floor(x / period);
  const part = x / period - step;
  const ease = part * part * (3 - 2 * part);
  const from = random(seed + period, step);
  return from + (random(seed + period, step + 1) - from) * ease;
}

const SMALLEST = Math.log(200);
const LARGEST = Math.log(2_000_000);

const profiles = new Map<string, Profile>();

function profileOf(appid: string): Profile {
  const known = profiles.get(appid);
  if (known !== undefined) return known;
  const seed = hashText(appid);
  const profile = {
    seed,
    base: Math.exp(SMALLEST + random(seed, 1) * (LARGEST - SMALLEST)),
    rate: 0.0001 + random(seed, 2) * 0.0012,
  };
  profiles.set(appid, profile);
  return profile;
}

/**
 * Followers of an account at the end of a day: the same number in every process and at every time, slowly growing,
 * with weeks in which it shrinks. Computed without looking at other days.
 */
export function followers(appid: string, day: BeijingDay): number {
  const { seed, base, rate } = profileOf(appid);
  const x = day - FIRST_DATA_DAY;
  const noise = 0.03 * wave(seed, x, 128) + 0.008 * wave(seed, x, 16) + 0.001 * random(seed + 3, x);
  return Math.max(0, Math.floor(base * (1 + rate * x + noise)));
}
