import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readJson, writeWhole } from '../files.mjs';

const password = () => randomBytes(12).toString('base64url');
const appid = () => `wx${randomBytes(8).toString('hex')}`;

/**
 * Names, addresses and secrets of the demo, made once and kept, so that a start that was interrupted goes on where it was.
 * @param {string} localDir
 * @returns {Promise<{ plan: ReturnType<typeof newPlan> & { invite?: { url: string }, isSeeded?: boolean },
 *   save: (changes: object) => Promise<void> }>} `save` changes the plan and its file
 */
export async function demoPlan(localDir) {
  const file = path.join(localDir, 'demo-seed.json');
  const read = await readJson(file);
  const plan = read?.version === 1 ? read : newPlan();
  const save = (changes) => writeWhole(file, JSON.stringify(Object.assign(plan, changes), null, 2));
  if (plan !== read) await save({});
  return { plan, save };
}

const newPlan = () => ({
  version: 1,
  provider: 'Demo Provider 演示服务商',
  platform: {
    name: 'Demo Platform 演示平台',
    appid: appid(),
    appSecret: randomBytes(16).toString('hex'),
    callbackToken: randomBytes(16).toString('hex'),
    // 43 letters and digits: 32 bytes in hex, cut.
    encodingAesKey: randomBytes(32).toString('hex').slice(0, 43),
  },
  users: [
    { role: 'host', email: 'host@demo.example', password: password() },
    { role: 'provider_admin', email: 'admin@demo.example', password: password() },
    { role: 'provider_support', email: 'support@demo.example', password: password() },
  ],
  merchants: [
    {
      name: 'Lantern Tea 灯笼茶',
      state: 'ready',
      appid: appid(),
      account: '灯笼茶公众号',
      sets: [2],
      email: 'tea@demo.example',
      password: password(),
    },
    {
      name: 'Bamboo Books 竹简书店',
      state: 'lacks_permission',
      appid: appid(),
      account: '竹简书店公众号',
      sets: [1, 3],
      email: 'books@demo.example',
      password: password(),
    },
    {
      name: 'Harbor Noodles 港湾面馆',
      state: 'invited',
      appid: appid(),
      account: '港湾面馆公众号',
      sets: [],
      email: 'noodles@demo.example',
      password: password(),
    },
  ],
});
