import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from './builder.mjs';
import { installDependencies } from './dependencies.mjs';
import { ROOT } from './files.mjs';
import { Lifetime } from './lifetime.mjs';
import { Refusal } from './refusal.mjs';

const FILE = path.join(ROOT, 'clients', 'typescript', 'src', 'api.d.ts');
const HEAD = '// Made by `npm run client` from the description of the API; changes belong there.\n\n';

/** The types of a description, without its examples: they would be most of the file. */
async function typesOf(description) {
  // Not at the top: packages may have to be installed first.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  return HEAD + astToString(await openapiTS(withoutExamples(description)));
}

function withoutExamples(value) {
  if (Array.isArray(value)) return value.map(withoutExamples);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => name !== 'example' && name !== 'examples');
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutExamples(inner)]));
}

export async function main() {
  const life = new Lifetime();
  life.watch();
  try {
    await installDependencies();
    await build();
    const entry = path.join(ROOT, 'dist', 'apps', 'gateway', 'src', 'describe.js');
    const { stdout } = await promisify(execFile)(process.execPath, [entry], { maxBuffer: 1 << 26 });
    const types = await typesOf(JSON.parse(stdout));
    if (!process.argv.includes('--check')) {
      await writeFile(FILE, types);
      return await life.end(0, 'clients/typescript/src/api.d.ts is written.');
    }
    if ((await readFile(FILE, 'utf8')) !== types)
      throw new Refusal('clients/typescript/src/api.d.ts is not what the API says now: run npm run client.');
    await life.end(0, 'The client says what the API does.');
  } catch (error) {
    await life.fail(error);
  }
}
