import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const LOCAL = path.join(ROOT, '.local');
/** Data of the engines that npm start runs. */
export const PRIVATE_DATA = path.join(LOCAL, 'data');
/** The key ring of npm start, as SECRET_KEYS takes it. */
export const SECRET_KEYS_FILE = path.join(LOCAL, 'secret-keys');

/** @param {string} file @returns {Promise<string | null>} null when it is not there */
export async function readText(file) {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
}

/** @param {string} file @returns {Promise<any>} null when it is missing or not JSON (a write that was cut short) */
export async function readJson(file) {
  try {
    return JSON.parse((await readText(file)) ?? 'null');
  } catch {
    return null;
  }
}

/** Writes a whole file or nothing, so that a kill never leaves half of it. */
export async function writeWhole(file, text, mode = 0o600) {
  await fs.mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.${randomBytes(3).toString('hex')}`;
  await fs.writeFile(temporary, text, { mode });
  await fs.rename(temporary, file);
}

/** Makes a directory that only its owner may enter. */
export async function privateDir(dir) {
  await fs.mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** @param {string} target */
export async function exists(target) {
  return fs.access(target).then(
    () => true,
    () => false,
  );
}

export async function remove(target) {
  await fs.rm(target, { recursive: true, force: true, maxRetries: 3 });
}

/** The last lines of a log that lie after `offset`. @returns {Promise<string>} */
export async function tail(file, lines = 15, offset = 0) {
  const buffer = await fs.readFile(file).catch(() => Buffer.alloc(0));
  const rows = buffer
    .subarray(Math.max(offset, buffer.length - 64_000))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return rows.slice(-lines).join('\n');
}

/**
 * Files under some folders (relative to the project), sorted; node_modules and dot folders are left out.
 * @param {string[]} folders @param {(file: string) => boolean} wanted @returns {Promise<string[]>}
 */
export async function listFiles(folders, wanted) {
  const found = [];
  const visit = async (folder) => {
    const entries = await fs.readdir(path.join(ROOT, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'dist' && !entry.name.startsWith('.')) await visit(name);
      } else if (wanted(name)) found.push(name);
    }
  };
  for (const folder of folders) await visit(folder);
  return found.sort();
}

/** One hash over the names and contents of files (paths relative to the project). */
export async function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`);
    hash.update((await fs.readFile(path.join(ROOT, file)).catch(() => null)) ?? 'missing');
  }
  return hash.digest('hex');
}
