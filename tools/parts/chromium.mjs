import fs from 'node:fs/promises';
import path from 'node:path';
import { findProgram, programIn } from './binaries.mjs';
import { hasApt, unpackPackages } from './debian-packages.mjs';
import { LOCAL, writeWhole } from './files.mjs';
import { ask } from './processes.mjs';

/** Font settings that name the unpacked fonts beside the system's. */
async function fontSettings(root) {
  const file = path.join(LOCAL, 'engines', 'chromium-fonts.conf');
  const folders = [path.join(root, 'usr/share/fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  const lines = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    ...folders.map((folder) => `  <dir>${folder}</dir>`),
    `  <cachedir>${path.join(LOCAL, 'engines', 'chromium-font-cache')}</cachedir>`,
    '</fontconfig>',
  ];
  await writeWhole(file, `${lines.join('\n')}\n`);
  return file;
}

/** The distribution's browser, unpacked without root. Its start script looks for /etc and is left out. */
async function unpacked() {
  if (!(await hasApt())) throw new Error('there is no apt-get here');
  const { root, env } = await unpackPackages('chromium', ['chromium', 'fonts-noto-cjk']);
  const program = await fs
    .access(path.join(root, 'usr/lib/chromium/chromium'))
    .then(() => path.join(root, 'usr/lib/chromium/chromium'))
    .catch(() => programIn(root, ['chromium', 'chromium-browser']));
  const fonts = await fontSettings(root);
  const { code, output } = await ask(program, ['--version', '--no-sandbox'], { env });
  if (code !== 0) throw new Error(output.split('\n').at(-1));
  return { TEST_CHROMIUM: program, TEST_CHROMIUM_LIBS: env.LD_LIBRARY_PATH, TEST_CHROMIUM_FONTS: fonts };
}

/**
 * A Chromium for browser tests: PATH's, else the distribution's, unpacked under .local/engines.
 * @returns {Promise<{} | { TEST_CHROMIUM: string, TEST_CHROMIUM_LIBS?: string, TEST_CHROMIUM_FONTS?: string }>} what
 *   the tests are told: the program, its LD_LIBRARY_PATH and its FONTCONFIG_FILE; empty when there is none
 */
export async function findChromium() {
  const given = process.env.TEST_CHROMIUM;
  const found = given || (await findProgram(['chromium', 'chromium-browser', 'google-chrome']));
  if (found) return { TEST_CHROMIUM: found };
  try {
    return await unpacked();
  } catch (error) {
    console.log(`  browser: none, so tests that need one are skipped (${error.message})`);
    return {};
  }
}
