import { spawn } from 'node:child_process';
import path from 'node:path';
import { DemoApi } from './parts/demo/demo-api.mjs';
import { demoPlan } from './parts/demo/demo-plan.mjs';
import { makeTenants } from './parts/demo/demo-tenants.mjs';
import { ROOT, writeWhole } from './parts/files.mjs';

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

/** Runs the command a person would; it refuses when the database has a host already. */
function createAdmin(email, password, env) {
  const child = spawn(process.execPath, [CREATE_ADMIN, '--email', email, '--password-stdin'], {
    env,
    cwd: ROOT,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(`${password}\n`);
  return new Promise((resolve) => child.on('exit', resolve).on('error', resolve));
}

/** The host of an empty database, or the one made by an earlier start; null when the database is somebody else's. */
async function loginHost(plan, gatewayUrl, env) {
  const { email, password } = plan.users[0];
  const host = new DemoApi(gatewayUrl);
  if (await host.login(email, password)) return host;
  await createAdmin(email, password, env);
  return (await host.login(email, password)) ? host : null;
}

/**
 * Fills an empty installation, or one it filled before, with demo tenants.
 * @param {{ gatewayUrl: string, sandboxUrl: string, localDir: string, env: NodeJS.ProcessEnv,
 *   step: typeof import('./parts/steps.mjs').step }} context
 * @returns {Promise<string | undefined>} what to print
 */
export async function seed({ gatewayUrl, sandboxUrl, localDir, env, step }) {
  const file = path.join(localDir, 'demo.json');
  const kept = await demoPlan(localDir);
  const { plan } = kept;
  const host = await loginHost(plan, gatewayUrl, env);
  if (!host) return '\n  The database holds an installation that npm start did not seed: no demo tenants were added.';
  const loginAs = async ({ email, password }) => {
    const api = new DemoApi(gatewayUrl);
    if (!(await api.login(email, password))) throw new Error(`${email} cannot log in`);
    return api;
  };
  const made = await step('demo: tenants, authorization, first fetch', () =>
    makeTenants(host, loginAs, kept, { gatewayUrl, sandboxUrl }),
  );
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
  await writeWhole(file, `${JSON.stringify(demo, null, 2)}\n`);
  return describe(demo);
}
