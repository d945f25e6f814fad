import { type Switch } from './switch-kinds';
import { type CountdownName, SWITCH_TABLE, type SwitchName, type SwitchValues } from './switch-table';

/** `switchName` names the offender for the 400 answer. */
export class BadSwitchError extends Error {
  constructor(
    readonly switchName: string,
    rule: string,
  ) {
    super(`${switchName}: ${rule}`);
  }
}

type AnySwitch = Switch<boolean> | Switch<number> | Switch<string>;
const table: Readonly<Record<string, AnySwitch>> = SWITCH_TABLE;

const isSwitchName = (name: string): name is SwitchName => Object.hasOwn(table, name);

function problemOf(definition: AnySwitch, value: unknown): string | null {
  if (typeof value !== definition.type) return `must be a ${definition.type}`;
  if (typeof value === 'number') {
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = definition;
    if (!Number.isFinite(value) || value < min || value > max) return `must be between ${min} and ${max}`;
  }
  const allowed: readonly unknown[] | undefined = definition.values;
  if (allowed !== undefined && !allowed.includes(value)) return `must be one of ${allowed.join(', ')}`;
  return null;
}

function defaults(): SwitchValues {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row.default])) as SwitchValues;
}

/** Switches that make the plain way through a call impossible; all at rest = the fast way is taken. */
const TROUBLE = [
  'latencyMs',
  'latencyJitterMs',
  'http502Html',
  'connectionReset',
  'timeouts',
  'answerLost',
  'truncatedBody',
  'expiresInMissing',
  'expiresInZero',
  'emptyTokenAnswers',
  'html200',
  'lackingRows',
  'emptyLists',
  'oddRowAnswers',
  'datacubeErrcode',
  'componentErrcode',
  'messageErrcode',
] as const satisfies SwitchName[];

export class FaultSwitches {
  readonly values: SwitchValues = defaults();
  private quietNow = true;
  private changed: () => void = () => undefined;

  onChange(listener: () => void): void {
    this.changed = listener;
  }

  /** True while no upstream trouble is switched on. */
  get quiet(): boolean {
    return this.quietNow;
  }

  /** All or nothing. Throws BadSwitchError for an unknown name or a value of the wrong type. */
  merge(document: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(document)) {
      const definition = isSwitchName(name) ? SWITCH_TABLE[name] : undefined;
      if (definition === undefined) throw new BadSwitchError(name, 'is not a switch');
      const problem = problemOf(definition, value);
      if (problem !== null) throw new BadSwitchError(name, problem);
    }
    Object.assign(this.values, document);
    this.settle();
  }

  reset(): void {
    Object.assign(this.values, defaults());
    this.settle();
  }

  /** What differs from the defaults. */
  changes(): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.values).filter(([name, value]) => table[name]?.default !== value));
  }

  /** True when a counted switch hits now; uses up one of its hits. */
  take(name: CountdownName): boolean {
    const left = this.values[name];
    if (left === 0) return false;
    if (left > 0) {
      this.values[name] = left - 1;
      this.settle();
    }
    return true;
  }

  /**
   * The errcode to inject into a call of this family, or 0. When its count runs out, both go back to their defaults:
   * a later errcode is then injected without setting the count again.
   */
  takeErrcode(family: 'datacube' | 'component' | 'message'): number {
    const code = this.values[`${family}Errcode`];
    if (code === 0 || !this.take(`${family}ErrcodeCount`)) return 0;
    if (this.values[`${family}ErrcodeCount`] === 0) {
      this.values[`${family}Errcode`] = 0;
      this.values[`${family}ErrcodeCount`] = -1;
      this.settle();
    }
    return code;
  }

  private settle(): void {
    this.quietNow = TROUBLE.every((name) => this.values[name] === 0);
    this.changed();
  }
}
