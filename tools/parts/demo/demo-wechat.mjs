import { clickThrough } from './click-through.mjs';
import { sleep } from '../processes.mjs';
import { Refusal } from '../refusal.mjs';

const TICKET_WAIT_MS = 20_000;

/** A list of the sandbox, or one entry written to it. */
async function sandbox(url, list, entry) {
  const write = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(entry) };
  const answer = await fetch(`${url}/sandbox/${list}`, entry ? write : {});
  const text = await answer.text();
  if (!answer.ok) throw new Refusal(`Demo tenants: the sandbox answered ${answer.status} to ${list}: ${text}`);
  return entry ? undefined : JSON.parse(text)[list];
}

/** Ours, with the address of today: GATEWAY_PORT may have changed since it was made. */
async function ourPlatform(admin, plan, publicOrigin) {
  const found = (await admin.all('/api/v1/platforms')).find(({ appid }) => appid === plan.platform.appid);
  if (!found) return admin.post('/api/v1/platforms', { ...plan.platform, publicOrigin });
  return found.publicOrigin === publicOrigin ? found : admin.patch(`/api/v1/platforms/${found.id}`, { publicOrigin });
}

/**
 * The platform on both sides, and a ticket in that the sandbox still knows: its state may have been deleted alone.
 * @returns {Promise<string>} our id of it
 */
export async function platform(admin, plan, { gatewayUrl, sandboxUrl }) {
  const { name, appid, appSecret, callbackToken, encodingAesKey } = plan.platform;
  const { id, eventsUrl, messagesUrl, ticket: before } = await ourPlatform(admin, plan, gatewayUrl);
  const isKnown = (await sandbox(sandboxUrl, 'platforms')).some((one) => one.appid === appid);
  await sandbox(sandboxUrl, 'platforms', {
    name,
    appid,
    secret: appSecret,
    token: callbackToken,
    encodingAesKey,
    eventUrl: eventsUrl,
    messageUrl: messagesUrl,
    domain: new URL(gatewayUrl).host,
  });
  for (const end = Date.now() + TICKET_WAIT_MS; Date.now() < end; await sleep(100)) {
    const { ticket } = await admin.get(`/api/v1/platforms/${id}`);
    if (ticket.state === 'fresh' && (isKnown || ticket.receivedAt !== before.receivedAt)) return id;
  }
  throw new Refusal(`Demo tenants: no ticket of the sandbox came in within ${TICKET_WAIT_MS / 1000} s.`);
}

/** Authorizes the merchant's account unless both sides say it is, or it is the one that only has an invite. */
export async function connect(admin, plan, platformId, merchant, sandboxUrl) {
  const { appid, account: name } = merchant;
  await sandbox(sandboxUrl, 'accounts', { appid, name, birth: '2019-05-01' });
  const accounts = await admin.all(`/api/v1/accounts?merchant=${merchant.id}`);
  if (merchant.state === 'invited') return accounts;
  const { grants } = (await sandbox(sandboxUrl, 'accounts')).find((one) => one.appid === appid);
  const isGranted = grants.some((grant) => grant.component_appid === plan.platform.appid);
  if (isGranted && accounts.length > 0) return accounts;
  const { url } = await admin.post(`/api/v1/merchants/${merchant.id}/invites`, { platform: platformId });
  await clickThrough(url, merchant);
  return admin.all(`/api/v1/accounts?merchant=${merchant.id}`);
}
