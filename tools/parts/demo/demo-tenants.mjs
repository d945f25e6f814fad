import { sleep } from '../processes.mjs';
import { connect, platform } from './demo-wechat.mjs';

const DAYS = 90;
const DAY_MS = 86_400_000;
// A task whose worker was killed is taken up again after a minute.
const FETCH_WAIT_MS = 90_000;

const named = async (api, list, name, body = { name }) =>
  (await api.all(list)).find((item) => item.name === name) ?? api.post(list, body);

/** People who do not exist yet; who has an address already keeps the password it was given. */
async function people(host, provider, merchants, plan) {
  const there = new Set((await host.all('/api/v1/users')).map(({ email }) => email));
  const staff = plan.users
    .slice(1)
    .map((user) => ({ ...user, membership: { role: user.role, provider: provider.id } }));
  const owners = merchants.map(({ id, email, password }) => ({
    email,
    password,
    membership: { role: 'merchant_admin', merchant: id },
  }));
  for (const { email, password, membership } of [...staff, ...owners]) {
    if (!there.has(email))
      await host.post('/api/v1/users', { email, password, name: email.split('@')[0], memberships: [membership] });
  }
}

/** An invite that can still be used: the one printed before while it opens. Invites are shown once, so it is noted. */
async function openInvite(admin, platformId, merchants, { plan, save }, gatewayUrl) {
  const merchant = merchants.find(({ state }) => state === 'invited');
  if (merchant.accounts.length > 0) return undefined;
  const before = plan.invite && new URL(new URL(plan.invite.url).pathname, gatewayUrl).href;
  if (before && (await fetch(before)).ok) return before;
  const invite = await admin.post(`/api/v1/merchants/${merchant.id}/invites`, {
    platform: platformId,
    expiresInDays: 30,
  });
  await save({ invite: { url: invite.url } });
  return invite.url;
}

/** The last 90 days up to the newest one WeChat has: yesterday's comes at 08:00 in Beijing. */
async function latestRange(sandboxUrl) {
  const { now } = await (await fetch(`${sandboxUrl}/sandbox/clock`)).json();
  const beijing = new Date(Date.parse(now) + 8 * 3_600_000);
  const back = beijing.getUTCHours() >= 8 ? 1 : 2;
  const to = new Date(beijing.getTime() - back * DAY_MS);
  const day = (at) => at.toISOString().slice(0, 10);
  return { from: day(new Date(to.getTime() - (DAYS - 1) * DAY_MS)), to: day(to) };
}

const hasFetch = async (admin, merchant) =>
  (await admin.all('/api/v1/fetches')).some((fetch) => fetch.merchantId === merchant);

/**
 * Fetches the ready merchant's days and waits for them; asks for the other's once, too, which shows the refusal.
 * @returns {Promise<{ range: { from: string, to: string }, trouble?: string }>}
 */
async function firstFetch(admin, merchants, sandboxUrl) {
  const range = await latestRange(sandboxUrl);
  const started = [];
  for (const { id, state } of merchants) {
    if (state === 'invited' || (state !== 'ready' && (await hasFetch(admin, id)))) continue;
    started.push({ of: state, ...(await admin.post('/api/v1/fetches', { scope: { merchant: id }, ...range })) });
  }
  const ready = started.find(({ of }) => of === 'ready');
  for (const end = Date.now() + FETCH_WAIT_MS; Date.now() < end; await sleep(100)) {
    const { state } = await admin.get(`/api/v1/fetches/${ready.id}`);
    if (state === 'done') return { range };
    if (state !== 'running') return { range, trouble: `the fetch of the last ${DAYS} days ended as ${state}` };
  }
  return { range, trouble: `the fetch of the last ${DAYS} days was not done within ${FETCH_WAIT_MS / 1000} s` };
}

/**
 * Makes whatever of the demo is not there yet, through the routes a person's client would use.
 * @param {import('./demo-api.mjs').DemoApi} host logged in as the host
 * @param {(email: string) => Promise<import('./demo-api.mjs').DemoApi>} loginAs
 */
export async function makeTenants(host, loginAs, kept, urls) {
  const { plan } = kept;
  const provider = await named(host, '/api/v1/providers', plan.provider);
  const adminUser = plan.users.find(({ role }) => role === 'provider_admin');
  await people(host, provider, [], plan);
  const admin = await loginAs(adminUser);
  const merchants = [];
  for (const merchant of plan.merchants)
    merchants.push({ ...merchant, ...(await named(admin, '/api/v1/merchants', merchant.name)), state: merchant.state });
  await people(admin, provider, merchants, { users: [] });
  const platformId = await platform(admin, plan, urls);
  for (const merchant of merchants) {
    const accounts = await connect(admin, plan, platformId, merchant, urls.sandboxUrl);
    merchant.accounts = accounts.map(({ id, appid }) => ({
      id,
      appid,
      platform: platformId,
      componentAppid: plan.platform.appid,
    }));
  }
  const invite = await openInvite(admin, platformId, merchants, kept, urls.gatewayUrl);
  return { merchants, invite, ...(await firstFetch(admin, merchants, urls.sandboxUrl)) };
}
