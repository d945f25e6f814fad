import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getMetadataStorage } from 'class-validator';
import { config, loadConfig, ProcessConfig, StoreConfig, UpstreamConfig, type ConfigClass } from '@app/platform';
import { readConfig } from '../../apps/wechat-sandbox/src/sandbox-config';
import { readText, ROOT } from './compose-file';

const BASE: readonly ConfigClass[] = [StoreConfig, UpstreamConfig, ProcessConfig];
export type Program = 'gateway' | 'worker' | 'migrate';

/** The settings classes in `*.config.ts` under a folder; a new one is found by itself. */
function classesUnder(folder: string): ConfigClass[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.config.ts') && existsSync(join(ROOT, folder, file)))
    .sort()
    .flatMap((file) => Object.values(jest.requireActual<Record<string, unknown>>(join(ROOT, folder, file))))
    .filter((value): value is ConfigClass => typeof value === 'function' && value.name.endsWith('Config'));
}

const libClasses = classesUnder('libs').filter((type) => !BASE.some(({ name }) => name === type.name));

/** What each program reads at boot; migrations say it themselves. */
export const CLASSES: Readonly<Record<Program, readonly ConfigClass[]>> = {
  gateway: [...BASE, ...libClasses, ...classesUnder('apps/gateway/src')],
  worker: [...BASE, ...libClasses, ...classesUnder('apps/worker/src')],
  migrate: BASE.filter(({ name }) => migrationClasses().includes(name)),
};

function migrationClasses(): string[] {
  const [, list] = /loadConfig\(\[([^\]]*)\]\)/.exec(readText('database/migrate.ts')) ?? [];
  return (list ?? '').split(',').map((name) => name.trim());
}

/** Names of the settings a class knows: those with a default, and those it refuses or accepts when they are given. */
export function settingNames(types: readonly ConfigClass[]): string[] {
  const storage = getMetadataStorage();
  return types.flatMap((type) => [
    ...new Set(storage.getTargetValidationMetadatas(type, '', true, false).map(({ propertyName }) => propertyName)),
  ]);
}

/** Names that a program refuses to start without. */
export function requiredNames(types: readonly ConfigClass[]): string[] {
  const names = settingNames(types);
  try {
    loadConfig(types, {});
  } catch (error) {
    const message = (error as Error).message;
    return names.filter((name) => message.includes(name));
  }
  return [];
}

/** Reads settings as the program does; its refusal is thrown. Returns the value of each setting. */
export function boot(types: readonly ConfigClass[], env: NodeJS.ProcessEnv): Record<string, unknown> {
  loadConfig(types, env);
  return Object.assign({}, ...types.map((type) => ({ ...config(type) }))) as Record<string, unknown>;
}

/** The variables the sandbox asks for. */
export function sandboxNames(): string[] {
  const asked = new Set<string>();
  const spy = new Proxy<NodeJS.ProcessEnv>({}, { get: (_env, name) => (asked.add(String(name)), undefined) });
  readConfig(spy);
  return [...asked];
}

export { readConfig as bootSandbox };
