/** A refused control call; `status` is the HTTP status, the message names the field and its rule. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const bad = (message: string): ControlError => new ControlError(400, message);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An absent body is an empty object. Throws 400 for anything that is not JSON. */
export function parseJson(body: unknown): unknown {
  if (typeof body !== 'string' || body.trim() === '') return {};
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw bad('body is not JSON');
  }
}

/** Reads an object field by field and refuses what it does not know. Absent fields are undefined. */
export class Fields {
  constructor(
    private readonly source: Record<string, unknown>,
    known: readonly string[],
  ) {
    const stranger = Object.keys(source).find((name) => !known.includes(name));
    if (stranger !== undefined) throw bad(`unknown field ${stranger}; known: ${known.join(', ')}`);
  }

  static of(value: unknown, known: readonly string[]): Fields {
    if (!isRecord(value)) throw bad('must be a JSON object');
    return new Fields(value, known);
  }

  text(name: string): string | undefined {
    return this.read(name, 'a string', isText);
  }

  flag(name: string): boolean | undefined {
    return this.read(name, 'true or false', (value) => typeof value === 'boolean');
  }

  /** Whole and not negative. */
  whole(name: string): number | undefined {
    return this.read(name, 'a whole number of at least 0', isWhole);
  }

  between(name: string, min: number, max: number): number | undefined {
    const fits = (value: unknown): value is number => typeof value === 'number' && value >= min && value <= max;
    return this.read(name, `a number between ${min} and ${max}`, fits);
  }

  texts(name: string): string[] | undefined {
    return this.read(name, 'a list of strings', (value) => Array.isArray(value) && value.every(isText));
  }

  wholes(name: string): number[] | undefined {
    return this.read(name, 'a list of whole numbers', (value) => Array.isArray(value) && value.every(isWhole));
  }

  needText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw bad(`${name} is missing`);
    return value;
  }

  /** Whether the field was given, null included. */
  isNull(name: string): boolean {
    return this.source[name] === null;
  }

  private read<T>(name: string, rule: string, fits: (value: unknown) => value is T): T | undefined {
    const value = this.source[name];
    if (value === undefined || value === null) return undefined;
    if (!fits(value)) throw bad(`${name} must be ${rule}`);
    return value;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;
