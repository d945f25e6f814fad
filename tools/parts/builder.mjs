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

// Projects of one lane run one after the other: they all emit the libs. The gateway comes last, because its compiler
// plugin also writes API descriptions into lib files. The sandbox imports no lib.
const LANES = [['database', 'worker', 'gateway'], ['wechat-sandbox']];

/** Files that are compiled to the four programs. */
async function sourceFiles() {
  const isSource = (file) => /\.(ts|json)$/.test(file) && !file.endsWith('.spec.ts');
  return ['package-lock.json', 'tsconfig.json', 'nest-cli.json', ...(await listFiles(SOURCES, isSource))];
}

async function buildProject(project) {
  const nest = await packageBin('@nestjs/cli', 'nest');
  const { code, output } = await runGuarded({ command: process.execPath, args: [nest, 'build', project], cwd: ROOT });
  if (code !== 0) throw new Refusal(`The build of ${project} failed:\n${output}`);
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
      await Promise.all(
        LANES.map(async (lane) => {
          for (const project of lane) await buildProject(project);
        }),
      );
      for (const part of ['apps', 'libs', 'database'].map((name) => path.join(DIST, name)))
        if (await exists(part)) await prune(part, before);
      await writeWhole(STAMP, hash, 0o644);
    });
  });
}
