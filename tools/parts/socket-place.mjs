import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { privateDir, remove } from './files.mjs';

// The kernel keeps 107 bytes for the path of a socket.
const LONGEST = 100;

const shortDir = (dir) => path.join(os.tmpdir(), `wpg-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`);

/** Where a socket of `dir` may lie: inside it, or in a short folder of our own when its path is too long. */
export async function socketPlace(dir, name) {
  const near = path.join(dir, name);
  if (Buffer.byteLength(near) <= LONGEST) return near;
  const short = await privateDir(shortDir(dir));
  const { mode, uid } = await fs.lstat(short);
  if (uid !== process.getuid() || (mode & 0o077) !== 0) throw new Error(`${short} belongs to someone else`);
  return path.join(short, name);
}

export const removeSocketPlace = (dir) => remove(shortDir(dir));
