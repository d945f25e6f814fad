import { runningDatabaseUrl } from './database-engine.mjs';
import { PRIVATE_DATA } from './files.mjs';
import { requireReachable } from './ports.mjs';
import { Refusal } from './refusal.mjs';

/**
 * DATABASE_URL, else the database that npm start runs in this folder right now.
 * @returns {Promise<{ url: string, isLocal: boolean }>} isLocal: it is npm start's own
 */
export async function chosenDatabase() {
  const given = process.env.DATABASE_URL;
  if (given) {
    await requireReachable('DATABASE_URL', given, 3306);
    return { url: given, isLocal: false };
  }
  const running = await runningDatabaseUrl(PRIVATE_DATA);
  if (running) return { url: running, isLocal: true };
  throw new Refusal('Set DATABASE_URL, or keep `npm start` running in another terminal: its database is used then.');
}
