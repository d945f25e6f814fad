import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { LOCAL, privateDir, readJson, remove, writeWhole } from './files.mjs';
import { isSameAlive, processInfo } from './processes.mjs';

const PARENT = path.join(LOCAL, 'test');

/** Removes what killed runs left behind. */
async function sweep() {
  for (const name of await fs.readdir(PARENT).catch(() => [])) {
    const owner = await readJson(path.join(PARENT, name, 'owner.json'));
    if (!owner || !isSameAlive(owner)) await remove(path.join(PARENT, name));
  }
}

/** A private folder of this run, removed at its end. @param {import('./lifetime.mjs').Lifetime} life */
export async function runDir(life) {
  await privateDir(PARENT);
  await sweep();
  const name = `${process.pid}-${randomBytes(3).toString('hex')}`;
  const made = path.join(PARENT, `.${name}`);
  const owner = { pid: process.pid, started: processInfo(process.pid)?.started };
  await writeWhole(path.join(made, 'owner.json'), JSON.stringify(owner));
  const dir = path.join(PARENT, name);
  await fs.rename(made, dir);
  life.onStop(() => remove(dir));
  return dir;
}
