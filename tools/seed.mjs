import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { DemoApi } from './parts/demo/demo-api.mjs';
import { demoPlan } from './parts/demo/demo-plan.mjs';
import { makeTenants } from './parts/demo/demo-tenants.mjs';
import { readJson, ROOT, writeWhole } from './parts/files.mjs';
import { Refusal } from './parts/refusal.mjs';

const NOT_OURS =
  '\n  The database holds an installation that npm start did not seed from this folder: no demo tenants were added.';
const CREATE_ADMIN = path.join(ROOT, 'dist', 'apps', 'gateway', 'src', 'create-admin.js');

function describe({ gateway, sandbox, users, invite, report }) {
  const width = Math.max(...users.map(({ email }) => email.length));
  const logins = users.map(
    ({ role, email, password, merchant }) =>
      `    ${email.padEnd(width)}  ${password}  ${role}${merchant ? ` of ${merchant}` : ''}`,
  );
  return [
    `\n  Demo logins (POST ${gateway}/api/v1/session)`,
    ...logins,
    ...(report ? [`\n  Report of the ready merchant\n    ${report}`] : []),
    ...(invite ? [`\n  An invite nobody used yet: open it in a browser\n    ${invite}`] : []),
    `\n  What WeChat's side sees: ${sandbox}/sandbox/   All of this is in .local/demo.json`,
  ].join('\n');
}

/** Runs the command a person would. @returns {Promise<string>} what it says against it; empty when all went well */
function createAdmin(email, password, env) {
  const child = spawn(process.execPath, [CREATE_ADMIN, '--email', email, '--password-stdin'], {
    env,
    cwd: ROOT,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(`${password}\n`);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code === 0 ? '' : said.trim() || `it ended with ${code}`));
    child.on('error', (error) => resolve(error.message));
  });
}

/** The host of an empty database, or the one made by an earlier start; null when the database is somebody else's. */
async function loginHost(plan, gatewayUrl, env) {
  const { email, password } = plan.users[0];
  const host = new DemoApi(gatewayUrl);
  if (await host.login(email, password)) return host;
  const refused = await createAdmin(email, password, env);
  if (refused && !refused.includes('a host exists already'))
    throw new Refusal(`Demo tenants: the first host could not be made: ${refused}`);
  return (await host.login(email, password)) ? host : null;
}

/**
 * Fills an empty installation, or one it filled before, with demo tenants. What goes wrong in one that was complete before
 * (a person tried the sandbox's faults) is told, and the programs go on.
 * @param {{ gatewayUrl: string, sandboxUrl: string, localDir: string, env: NodeJS.ProcessEnv,
 *   step: typeof import('./parts/steps.mjs').step }} context
 * @returns {Promise<string | undefined>} what to print
 */
export async function seed({ gatewayUrl, sandboxUrl, localDir, env, step }) {
  const file = path.join(localDir, 'demo.json');
  const kept = await demoPlan(localDir);
  const { plan } = kept;
  const host = await loginHost(plan, gatewayUrl, env);
  if (!host) {
    await setAside(file);
    await writeDemo(file, { gateway: gatewayUrl, sandbox: sandboxUrl, users: [], merchants: [] });
    return NOT_OURS;
  }
  const loginAs = async ({ email, password }) => {
    const api = new DemoApi(gatewayUrl);
    if (!(await api.login(email, password))) throw new Error(`${email} cannot log in`);
    return api;
  };
  const work = () => makeTenants(host, loginAs, kept, { gatewayUrl, sandboxUrl });
  const made = await step('demo: tenants, authorization, first fetch', work).catch((error) => {
    if (!plan.isSeeded || !(error instanceof Refusal)) throw error;
    return { failed: error.message };
  });
  if (made.failed) return `\n  ${made.failed}`;
  const ready = made.merchants.find(({ state }) => state === 'ready');
  const users = [
    ...plan.users,
    ...made.merchants.map(({ id, email, password }) => ({ role: 'merchant_admin', email, password, merchant: id })),
  ];
  const merchants = made.merchants.map(({ id, name, state, accounts }) => ({ id, name, state, accounts }));
  const report = `${gatewayUrl}/api/v1/reports/cumulate?merchant=${ready.id}&from=${made.range.from}&to=${made.range.to}&format=csv`;
  const demo = {
    gateway: gatewayUrl,
    sandbox: sandboxUrl,
    users,
    merchants,
    ...(made.invite ? { invite: made.invite } : {}),
    report,
  };
  await writeDemo(file, demo);
  if (!made.trouble) await kept.save({ isSeeded: true });
  return describe(demo) + (made.trouble ? `\n\n  Demo tenants: ${made.trouble}.` : '');
}

const writeDemo = (file, demo) => writeWhole(file, `${JSON.stringify(demo, null, 2)}\n`);

/** The logins of another database stay readable. */
async function setAside(file) {
  if ((await readJson(file))?.users?.length > 0) await fs.rename(file, `${file}.old`);
}
