import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../tools/parts/files.mjs';
import { startGateway } from '../gateway-run.mjs';
import { startProgram } from '../process-run.mjs';
import { median, printFigure } from '../stats.mjs';
import { COMPONENT, PLATFORM, seedPlatform } from '../fetch/seed-rows.mjs';

const mysql = createRequire(path.join(ROOT, 'package.json'))('mysql2/promise');
const PUSHES = 4_000;
const PAIRS = 5;
const AT_ONCE = 32;
const sha1 = (...parts) => createHash('sha1').update(parts.sort().join('')).digest('hex');
const here = (name) => path.join(ROOT, 'bench/custody', name);

/** Different pushes as WeChat sends them: encrypted, signed, of a type that leaves nothing to do. */
function prepare({ callbackToken, encodingAesKey }, count) {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  return Array.from({ length: count }, () => {
    const time = Math.floor(Date.now() / 1_000);
    const xml = `<xml><AppId><![CDATA[${COMPONENT}]]></AppId>\n<CreateTime>${time}</CreateTime>\n<InfoType><![CDATA[bench]]></InfoType>\n<N><![CDATA[${randomBytes(48).toString('base64')}]]></N>\n</xml>`;
    const head = Buffer.concat([randomBytes(16), Buffer.alloc(4)]);
    head.writeUInt32BE(Buffer.byteLength(xml), 16);
    const plain = Buffer.concat([head, Buffer.from(xml), Buffer.from(COMPONENT)]);
    const pad = 32 - (plain.length % 32);
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const encrypt = Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad))]).toString('base64');
    const nonce = randomBytes(5).toString('hex');
    const signature = sha1(callbackToken, String(time), nonce, encrypt);
    const query = `timestamp=${time}&nonce=${nonce}&encrypt_type=aes&msg_signature=${signature}`;
    const body = `<xml><AppId><![CDATA[${COMPONENT}]]></AppId><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
    return { path: `/wechat/${COMPONENT}/events?${query}`, body };
  });
}

async function send(folder, secrets, origin) {
  const file = path.join(folder, 'pushes.json');
  writeFileSync(file, JSON.stringify(prepare(secrets, PUSHES)));
  const program = await startProgram(here('push-rate.mjs'), {
    args: [JSON.stringify({ file, origin, atOnce: AT_ONCE })],
  });
  await program.stop();
  const { ms, accepted } = program.first;
  if (accepted !== PUSHES) throw new Error(`${accepted} of ${PUSHES} pushes were accepted`);
  return (PUSHES * 1_000) / ms;
}

/** @param {{ databaseUrl: string, redisUrl: string, env: Record<string, string> }} space */
export async function benchAcceptedPushes({ databaseUrl, env }) {
  const db = await mysql.createConnection({ uri: databaseUrl, timezone: 'Z' });
  const secrets = await seedPlatform(db, env.SECRET_KEYS);
  await db.query(
    'CREATE TABLE bare_push (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, body_hash BINARY(32) NOT NULL UNIQUE, received_at DATETIME(3) NOT NULL, body BLOB NOT NULL)',
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'wpg-bench-'));
  const gateway = await startGateway(env);
  const bare = await startProgram(here('bare-inbox.mjs'), { args: [JSON.stringify({ databaseUrl })] });
  try {
    const pairs = [];
    for (let pair = 0; pair <= PAIRS; pair++) {
      const ours = await send(folder, secrets, gateway.origin);
      const theirs = await send(folder, secrets, `http://127.0.0.1:${bare.first.port}`);
      // The first pair warms both up and is not counted.
      if (pair > 0) pairs.push({ ours, theirs });
    }
    const [[{ stored }]] = await db.query('SELECT COUNT(*) AS stored FROM push_event WHERE platform_id = ?', [
      PLATFORM,
    ]);
    if (stored !== PUSHES * (PAIRS + 1)) throw new Error(`${stored} pushes are stored`);
    printFigure({
      name: 'accepted-pushes',
      value: median(pairs.map(({ ours }) => ours)),
      unit: 'pushes/s, one gateway process',
      baseline: median(pairs.map(({ theirs }) => theirs)),
      ratio: median(pairs.map(({ ours, theirs }) => ours / theirs)),
      baselineIs: 'a Fastify route with one INSERT of the body, nothing checked or opened',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([gateway.stop(), bare.stop(), db.end()]);
  }
}
