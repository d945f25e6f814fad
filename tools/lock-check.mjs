// Fails when package-lock.json lacks an optional package for some platform (`npm ci` would fail there), or points at a
// registry that other people cannot reach. `node tools/lock-complete.mjs` mends the former.
import { missingPlatformPackages, readLock } from './parts/platform-packages.mjs';

const lock = readLock();
const missing = missingPlatformPackages(lock);
for (const { name, range, wantedBy } of missing)
  console.log(`missing ${name}@${range} (wanted by ${wantedBy || 'this project'})`);

const foreign = Object.entries(lock.packages).filter(
  ([, { resolved, link }]) => resolved && !link && !resolved.startsWith('https://registry.npmjs.org/'),
);
for (const [place, { resolved }] of foreign) console.log(`foreign address of ${place}: ${new URL(resolved).host}`);

const entries = Object.keys(lock.packages).length;
if (missing.length + foreign.length === 0) console.log(`ok: ${entries} packages, none missing`);
process.exitCode = missing.length + foreign.length === 0 ? 0 : 1;
