import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const ROOT = join(__dirname, '..', '..');

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly init?: boolean;
  readonly restart: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[] | string; readonly disable?: boolean };
  readonly stop_grace_period?: string;
  readonly container_name?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const REFERENCE = /\$(?:\$|\{([A-Z][A-Z0-9_]*)(?:(:?[-?])([^{}]*))?\})/g;

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The settings of deploy/env.example, in order; empty ones included. Throws on a line that is neither setting nor comment. */
export function readEnvExample(): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of readText('deploy/env.example').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`not a setting: ${line}`);
    if (settings.has(name)) throw new Error(`${name} is set twice`);
    settings.set(name, value);
  }
  return settings;
}

/** Lines that tell something: a `$` in a comment is no reference. */
function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, '');
}

/** Every variable that the compose file takes from `.env`. `required` has no default: compose refuses without it. */
export function references(): { name: string; required: boolean; fallback: string | null }[] {
  const text = withoutComments(readText('docker-compose.yml'));
  return [...text.matchAll(REFERENCE)].flatMap(([, name, operator, rest]) =>
    name === undefined
      ? []
      : [{ name, required: operator === ':?', fallback: operator === ':-' ? (rest ?? '') : null }],
  );
}

/** The compose file as Docker Compose reads it with this `.env`. Throws where Compose would refuse. */
export function readCompose(env: ReadonlyMap<string, string>): ComposeFile {
  const text = withoutComments(readText('docker-compose.yml')).replace(
    REFERENCE,
    (whole, name: string | undefined, operator: string | undefined, rest: string | undefined) => {
      if (name === undefined) return '$';
      const value = env.get(name) ?? '';
      if (value !== '') return value;
      if (operator === ':-') return rest ?? '';
      throw new Error(operator === ':?' ? `${name}: ${rest ?? ''}` : `${whole} has neither default nor refusal`);
    },
  );
  return parse(text, { merge: true }) as ComposeFile;
}
