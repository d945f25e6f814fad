export interface Switch<T extends boolean | number | string> {
  readonly type: 'boolean' | 'number' | 'string';
  readonly default: T;
  readonly doc: string;
  readonly values?: readonly T[];
  readonly min?: number;
  readonly max?: number;
}

export const flag = (initial: boolean, doc: string): Switch<boolean> => ({ type: 'boolean', default: initial, doc });

/** A number of at least 0 by default. */
export const amount = (initial: number, doc: string, max = 1e12): Switch<number> => ({
  type: 'number',
  default: initial,
  min: 0,
  max,
  doc,
});

/** How many of the next calls are hit: counted down to 0; -1 hits all of them. */
export const countdown = (doc: string): Switch<number> => ({
  type: 'number',
  default: 0,
  min: -1,
  max: 1e9,
  doc: `${doc}; counted down, -1 = all`,
});

export const errcode = (initial: number, doc: string): Switch<number> => ({
  type: 'number',
  default: initial,
  min: -1,
  max: 999_999,
  doc,
});

export const text = (doc: string): Switch<string> => ({ type: 'string', default: '', doc });

export const choice = <const V extends readonly [string, ...string[]]>(values: V, doc: string): Switch<V[number]> => ({
  type: 'string',
  default: values[0],
  values,
  doc,
});
