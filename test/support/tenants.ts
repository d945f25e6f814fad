import { randomBytes } from 'node:crypto';
import { type Answer, type Api } from './api';
import { until } from './processes';
import { formOf } from './sandbox';
import { type System } from './system';

/** A provider with its platform, known to the gateway and to the sandbox alike, and its first ticket in. */
export interface Provider {
  readonly id: string;
  readonly admin: Api;
  readonly email: string;
  readonly password: string;
  readonly platform: PlatformSecrets & { readonly id: string };
}

export interface PlatformSecrets {
  readonly appid: string;
  readonly appSecret: string;
  readonly callbackToken: string;
  readonly encodingAesKey: string;
}

let made = 0;
const name = (prefix: string): string => `${prefix}-${++made}`;

export function ok(answer: Answer, status: number): any {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer.json;
}

export const newAppid = (): string => `wx${randomBytes(8).toString('hex')}`;

export async function makeHost(system: System): Promise<Api> {
  const email = `${name('host')}@example.test`;
  const host = system.api();
  await host.login(email, await system.createAdmin(email));
  return host;
}

export async function makeUser(
  by: Api,
  system: System,
  membership: object,
): Promise<{ api: Api; email: string; password: string }> {
  const email = `${name('user')}@example.test`;
  const password = randomBytes(12).toString('base64url');
  ok(await by.post('/api/v1/users', { email, name: 'Test User', password, memberships: [membership] }), 201);
  const api = system.api();
  await api.login(email, password);
  return { api, email, password };
}

export async function makeProvider(system: System, host: Api): Promise<Provider> {
  const { id } = ok(await host.post('/api/v1/providers', { name: name('provider') }), 201);
  const { api: admin, email, password } = await makeUser(host, system, { role: 'provider_admin', provider: id });
  const secrets: PlatformSecrets = {
    appid: newAppid(),
    appSecret: randomBytes(16).toString('hex'),
    callbackToken: randomBytes(12).toString('hex'),
    encodingAesKey: randomBytes(32).toString('hex').slice(0, 43),
  };
  const platform = ok(
    await admin.post('/api/v1/platforms', { ...secrets, name: name('platform'), publicOrigin: system.gatewayOrigin }),
    201,
  );
  await system.sandbox.control('POST', 'platforms', {
    appid: secrets.appid,
    secret: secrets.appSecret,
    token: secrets.callbackToken,
    encodingAesKey: secrets.encodingAesKey,
    eventUrl: platform.eventsUrl,
    messageUrl: platform.messagesUrl,
    domain: new URL(system.gatewayOrigin).host,
  });
  await until('the first ticket', async () => {
    const seen = ok(await admin.get(`/api/v1/platforms/${platform.id as string}`), 200);
    return seen.ticket.state === 'fresh';
  });
  return { id, admin, email, password, platform: { id: platform.id, ...secrets } };
}

export async function makeMerchant(
  provider: Provider,
  system: System,
): Promise<{ id: string; api: Api; email: string; password: string }> {
  const { id } = ok(await provider.admin.post('/api/v1/merchants', { name: name('merchant') }), 201);
  return { id, ...(await makeUser(provider.admin, system, { role: 'merchant_admin', merchant: id })) };
}

export async function invite(provider: Provider, merchant: string): Promise<string> {
  const answer = await provider.admin.post(`/api/v1/merchants/${merchant}/invites`, { platform: provider.platform.id });
  return ok(answer, 201).url;
}

/** Opens an invite and follows it to WeChat's page, as a browser does. Returns that page and its address. */
export async function openConsent(inviteUrl: string): Promise<{ url: string; html: string }> {
  const landing = formOf(await (await fetch(inviteUrl)).text());
  const sent = await fetch(new URL(landing.action, inviteUrl), { method: 'POST', redirect: 'manual' });
  const url = sent.headers.get('location');
  if (sent.status !== 303 || url === null) throw new Error(`connect answered ${sent.status}: ${await sent.text()}`);
  const page = await fetch(url, { headers: { referer: `${new URL(inviteUrl).origin}/` } });
  return { url, html: await page.text() };
}

/** Agrees on WeChat's page. Returns the address WeChat redirects to. */
export async function consent(inviteUrl: string, appid: string, sets: readonly number[] = [2]): Promise<string> {
  const page = await openConsent(inviteUrl);
  const { action, fields } = formOf(page.html);
  fields.set('appid', appid);
  fields.delete('sets');
  for (const set of sets) fields.append('sets', String(set));
  fields.set('action', 'authorize');
  const answer = await fetch(new URL(action, page.url), { method: 'POST', body: fields, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (answer.status !== 302 || location === null)
    throw new Error(`consent answered ${answer.status}: ${await answer.text()}`);
  return location;
}

/** The whole authorization of a new Official Account by clicking through. Returns its ids. */
export async function authorize(
  system: System,
  provider: Provider,
  merchant: string,
  options: { readonly sets?: readonly number[]; readonly account?: object } = {},
): Promise<{ id: string; appid: string }> {
  const appid = newAppid();
  await system.sandbox.control('POST', 'accounts', { appid, name: name('account'), ...options.account });
  const callback = await consent(await invite(provider, merchant), appid, options.sets);
  const page = await fetch(callback);
  if (page.status !== 200) throw new Error(`callback answered ${page.status}: ${await page.text()}`);
  const { items } = ok(await provider.admin.get(`/api/v1/accounts?appid=${appid}`), 200);
  return { id: items[0].id, appid };
}
