import { chosenDatabase } from './chosen-database.mjs';
import { readText, SECRET_KEYS_FILE } from './files.mjs';
import { runProgram } from './program.mjs';
import { Refusal } from './refusal.mjs';

/** SECRET_KEYS, else the key ring of npm start when its database is meant. */
async function keyRing(isLocal) {
  const given = process.env.SECRET_KEYS;
  if (given) return { SECRET_KEYS: given };
  const kept = isLocal && (await readText(SECRET_KEYS_FILE))?.trim();
  if (kept) return { SECRET_KEYS: kept, LOCAL_MODE: '1' };
  throw new Refusal(
    'Set SECRET_KEYS as gateway and worker have it: the key that shall seal first, the old one behind it.',
  );
}

export async function main() {
  const { url, isLocal } = await chosenDatabase();
  await runProgram('apps/worker/src/rotate-keys.js', { DATABASE_URL: url, ...(await keyRing(isLocal)) });
}
