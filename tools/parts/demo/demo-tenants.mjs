import { clickThrough } from './click-through.mjs';
import { sleep } from '../processes.mjs';
import { Refusal } from '../refusal.mjs';

const DAYS = 90;
const DAY_MS = 86_400_000;

const named = async (api, list, name, body = { name }) =>
  (await api.all(list)).find((item) => item.name === name) ?? api.post(list, body);

async function sandboxPost(sandboxUrl, route, body) {
  const answer = await fetch(`${sandboxUrl}/sandbox/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Refusal(`Demo tenants: the sandbox answered ${answer.status} to ${route}: ${await answer.text()}`);
}

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

/** The platform on both sides, and the first ticket in. */
async function platform(admin, plan, { gatewayUrl, sandboxUrl }) {
  const { name, appid, appSecret, callbackToken, encodingAesKey } = plan.platform;
  const found = (await admin.all('/api/v1/platforms')).find((one) => one.appid === appid);
  const { id, eventsUrl, messagesUrl } =
    found ?? (await admin.post('/api/v1/platforms', { ...plan.platform, publicOrigin: gatewayUrl }));
  const domain = new URL(gatewayUrl).host;
  await sandboxPost(sandboxUrl, 'platforms', {
    name,
    appid,
    secret: appSecret,
    token: callbackToken,
    encodingAesKey,
    eventUrl: eventsUrl,
    messageUrl: messagesUrl,
    domain,
  });
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const { ticket } = await admin.get(`/api/v1/platforms/${id}`);
    if (ticket.state === 'fresh') return id;
  }
  throw new Refusal('Demo tenants: the sandbox pushed no ticket within 20 s.');
}

/** Authorizes the merchant's account unless it is, or unless it is the one that only has an invite. */
async function connect(admin, platformId, merchant, sandboxUrl) {
  await sandboxPost(sandboxUrl, 'accounts', { appid: merchant.appid, name: merchant.account, birth: '2019-05-01' });
  const accounts = await admin.all(`/api/v1/accounts?merchant=${merchant.id}`);
  if (merchant.state === 'invited' || accounts.length > 0) return accounts;
  const { url } = await admin.post(`/api/v1/merchants/${merchant.id}/invites`, { platform: platformId });
  await clickThrough(url, merchant);
  return admin.all(`/api/v1/accounts?merchant=${merchant.id}`);
}

/** An invite that can still be used: the one printed before, while it lives. Invites are shown once, so it is noted. */
async function openInvite(admin, platformId, merchants, { plan, save }) {
  const merchant = merchants.find(({ state }) => state === 'invited');
  if (merchant.accounts.length > 0) return undefined;
  if (plan.invite && Date.parse(plan.invite.expiresAt) > Date.now()) return plan.invite.url;
  const invite = await admin.post(`/api/v1/merchants/${merchant.id}/invites`, {
    platform: platformId,
    expiresInDays: 30,
  });
  await save({ ...plan, invite: { url: invite.url, expiresAt: invite.expiresAt } });
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

/** Fetches the ready merchant's days and waits for them; asks for the other's once, too, which shows the refusal. */
async function firstFetch(admin, merchants, sandboxUrl) {
  const range = await latestRange(sandboxUrl);
  const started = [];
  for (const { id, state } of merchants) {
    if (state === 'invited' || (state !== 'ready' && (await hasFetch(admin, id)))) continue;
    started.push({ of: state, ...(await admin.post('/api/v1/fetches', { scope: { merchant: id }, ...range })) });
  }
  const ready = started.find(({ of }) => of === 'ready');
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
    const { state } = await admin.get(`/api/v1/fetches/${ready.id}`);
    if (state === 'done') return { range };
    if (state !== 'running') throw new Refusal(`Demo tenants: the first fetch ended as ${state}.`);
  }
  throw new Refusal('Demo tenants: the first fetch was not done within 60 s.');
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
    const accounts = await connect(admin, platformId, merchant, urls.sandboxUrl);
    merchant.accounts = accounts.map(({ id, appid }) => ({
      id,
      appid,
      platform: platformId,
      componentAppid: plan.platform.appid,
    }));
  }
  const invite = await openInvite(admin, platformId, merchants, kept);
  return { merchants, invite, ...(await firstFetch(admin, merchants, urls.sandboxUrl)) };
}
