import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './files.mjs';

export const LOCK_FILE = path.join(ROOT, 'package-lock.json');
export const readLock = () => JSON.parse(readFileSync(LOCK_FILE, 'utf8'));

// The words npm uses in a package's "os" and "cpu", which makers of native packages also put into its name.
const SYSTEMS = 'aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ');
const PROCESSORS = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' ');
// Makers' own words.
const CPU_OF_WORD = { universal: ['x64', 'arm64'], armv7: ['arm'], eabi: ['arm'], ppc64le: ['ppc64'] };

/**
 * @typedef {object} Missing an optional package that is asked for and not in the lock file
 * @property {string} name
 * @property {string} wantedBy place of the package that asks for it
 * @property {string} range
 * @property {boolean} isDev
 * @property {{ os?: string[], cpu?: string[], libc?: string[] } | null} platform null when the name does not say
 */

/** What a name such as `@swc/core-linux-arm64-musl` says about the machine it is for. */
function platformOf(name) {
  if (name === 'fsevents') return { os: ['darwin'] };
  const words = name.split(/[-/.]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.flatMap((word) => CPU_OF_WORD[word] ?? (PROCESSORS.includes(word) ? [word] : []));
  if (cpu.length === 0 || (os.length === 0 && !cpu.includes('wasm32'))) return null;
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : [];
  return { ...(os.length > 0 && { os }), cpu: [...new Set(cpu)], ...(libc.length > 0 && { libc }) };
}

/** Whether node's lookup, begun at a place in the tree, finds the package. */
function isLocked(packages, place, name) {
  for (let folder = place; ;) {
    if (packages[path.posix.join(folder, 'node_modules', name)]) return true;
    if (folder === '') return false;
    const end = folder.lastIndexOf('node_modules/');
    folder = end < 0 ? '' : folder.slice(0, end).replace(/\/$/, '');
  }
}

/** Optional packages that the lock file lacks; `npm ci` refuses such a lock file. @returns {Missing[]} */
export function missingPlatformPackages({ packages }) {
  const missing = new Map();
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (missing.has(name) || isLocked(packages, place, name)) continue;
      const isDev = Boolean(entry.dev);
      missing.set(name, { name, wantedBy: place, range, isDev, platform: platformOf(name) });
    }
  }
  return [...missing.values()];
}
