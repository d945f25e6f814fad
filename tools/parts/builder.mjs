import fs from 'node:fs/promises';
import path from 'node:path';
import { alone, packageBin } from './dependencies.mjs';
import { exists, hashFiles, listFiles, readText, remove, ROOT, writeWhole } from './files.mjs';
import { runGuarded } from './guarded.mjs';
import { Refusal } from './refusal.mjs';
import { step } from './steps.mjs';

const DIST = path.join(ROOT, 'dist');
const STAMP = path.join(DIST, '.build-stamp');
const SOURCES = ['apps/gateway', 'apps/worker', 'apps/wechat-sandbox', 'libs', 'database'];

/** Files that are compiled to the four programs. */
async function sourceFiles() {
  const isSource = (file) => /\.(ts|json)$/.test(file) && !file.endsWith('.spec.ts');
  return ['package-lock.json', 'tsconfig.json', 'nest-cli.json', ...(await listFiles(SOURCES, isSource))];
}

/** One run for the four programs, which share their libs: nest-cli.json gives every project the same settings. */
async function compile() {
  const nest = await packageBin('@nestjs/cli', 'nest');
  const { code, output } = await runGuarded({ command: process.execPath, args: [nest, 'build', 'gateway'], cwd: ROOT });
  if (code !== 0) throw new Refusal(`The build failed:\n${output}`);
}

/** Removes what an earlier build wrote and this one did not: its source is gone. */
async function prune(folder, before) {
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const target = path.join(folder, entry.name);
    if (entry.isDirectory()) await prune(target, before);
    else if ((await fs.stat(target)).mtimeMs < before) await remove(target);
  }
}

/** Compiles the programs into dist/ unless they were built from the same sources. */
export async function build() {
  const hash = await hashFiles(await sourceFiles());
  if ((await readText(STAMP)) === hash) return;
  await alone('packages', async () => {
    if ((await readText(STAMP)) === hash) return;
    await step('build: compiling', async () => {
      // File systems keep times in steps of up to two seconds.
      const before = Date.now() - 2500;
      await remove(STAMP);
      await compile();
      for (const part of ['apps', 'libs', 'database'].map((name) => path.join(DIST, name)))
        if (await exists(part)) await prune(part, before);
      await writeWhole(STAMP, hash, 0o644);
    });
  });
}
