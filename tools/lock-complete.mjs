// Adds the optional packages of other platforms to package-lock.json when the registry in use did not serve them: npm
// leaves them out silently, and then `npm ci` refuses the lock file everywhere. Run it after adding a package with
// native parts; it needs no network.
import { writeFileSync } from 'node:fs';
import { LOCK_FILE, missingPlatformPackages, readLock } from './parts/platform-packages.mjs';

const lock = readLock();
let added = 0;
let unknown = 0;
// An added package is itself complete, so one pass finds all.
for (const { name, range, isDev, platform } of missingPlatformPackages(lock)) {
  const version = /^[\^~]?(\d+\.\d+\.\d+\S*)$/.exec(range)?.[1];
  if (!platform || !version) {
    console.error(`${name}@${range}: its platform or version cannot be told from this, add it by hand`);
    unknown += 1;
    continue;
  }
  lock.packages[`node_modules/${name}`] = { version, ...(isDev && { dev: true }), optional: true, ...platform };
  added += 1;
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added > 0) writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} added`);
process.exitCode = unknown > 0 ? 1 : 0;
