import { Api } from './api';
import { KEYS } from './access-promises';
import { type Kind } from './id-kinds';
import { DAYS } from './route-bodies';
import { type System } from './system';
import { authorize, invite, makeMerchant, makeUser, ok, type Provider } from './tenants';
import { makeWebhook } from './webhooks';

/** Something that belongs to somebody; `text` is whatever would give it away in an answer. */
export interface Thing {
  readonly kind: Kind;
  readonly id: string;
  readonly provider: string;
  readonly merchant: string | null;
  readonly text?: string;
  /** Nobody else's, whatever they reach. */
  readonly owner?: Api;
}
export interface Actor {
  readonly role: string;
  readonly api: Api;
  readonly provider: string | null;
  readonly merchant: string | null;
  /** All that an account's key reaches. */
  readonly account?: string;
  /** Of a program. */
  readonly key?: string;
}

/** Who calls every route, and what they may and may not see. */
export class MatrixWorld {
  readonly things: Thing[] = [];
  readonly actors: Actor[] = [];
  readonly providers: Provider[] = [];
  readonly secrets: string[] = [];
  private origin = '';

  /** A provider with staff, and two merchants with staff, an account, an invite and a fetch each. */
  async furnish(system: System, provider: Provider): Promise<void> {
    const { things, actors, providers, secrets } = this;
    this.origin = system.gatewayOrigin;
    providers.push(provider);
    const { id, admin, platform } = provider;
    secrets.push(platform.appSecret, platform.callbackToken, platform.encodingAesKey);
    things.push({ kind: 'prv', id, provider: id, merchant: null });
    things.push({ kind: 'plt', id: platform.id, provider: id, merchant: null, text: platform.appid });
    actors.push({ role: 'provider_admin', api: admin, provider: id, merchant: null });
    const reconcile = ok(await admin.post(`/api/v1/platforms/${platform.id}/reconciles`, { dryRun: true }), 202);
    things.push({ kind: 'rec', id: reconcile.id, provider: id, merchant: null });
    for (const role of ['provider_operator', 'provider_support'])
      actors.push({ role, provider: id, merchant: null, ...(await makeUser(admin, system, { role, provider: id })) });
    for (let n = 0; n < 2; n++) {
      const { id: merchant, api } = await makeMerchant(provider, system);
      const viewer = await makeUser(admin, system, { role: 'merchant_viewer', merchant });
      actors.push({ role: 'merchant_admin', api, provider: null, merchant });
      actors.push({ role: 'merchant_viewer', api: viewer.api, provider: null, merchant });
      const account = await authorize(system, provider, merchant);
      await invite(provider, merchant);
      const fetch = ok(await api.post('/api/v1/fetches', { scope: { merchant }, ...DAYS }), 202);
      const owned = { provider: id, merchant };
      things.push({ kind: 'mer', id: merchant, ...owned });
      things.push({ kind: 'acc', id: account.id, ...owned, text: account.appid });
      things.push({ kind: 'fet', id: fetch.id, ...owned });
      await this.makeLink(api, { merchant }, owned);
      await this.makeKey(api, 'merchant_key', { merchant }, owned);
      await this.makeKey(admin, 'account_key', { merchant, accounts: [account.id] }, owned, account.id);
      const ofProvider = { provider: id, merchant: null };
      await this.makeKey(admin, 'account_key', { provider: id, accounts: [account.id] }, ofProvider, account.id);
      const { name: confirm } = ok(await admin.get(`/api/v1/merchants/${merchant}`), 200);
      const purge = ok(await admin.post(`/api/v1/merchants/${merchant}/purge`, { confirm }), 202);
      things.push({ kind: 'pur', id: purge.id, ...owned });
      const invites = ok(await admin.get(`/api/v1/merchants/${merchant}/invites`), 200).items;
      for (const one of invites as { id: string }[]) things.push({ kind: 'inv', id: one.id, ...owned });
    }
    await this.makeKey(admin, 'provider_key', { provider: id }, { provider: id, merchant: null });
    const both = things
      .filter(({ kind, provider: owner }) => kind === 'acc' && owner === id)
      .map((account) => account.id);
    await this.makeLink(admin, { accounts: both }, { provider: id, merchant: null });
    const wanted = { name: `campaign of ${platform.appid}`, scope: { platform: platform.id }, sets: [7] };
    const campaign = ok(await admin.post('/api/v1/campaigns', wanted), 201);
    things.push({ kind: 'cmp', id: campaign.id, provider: id, merchant: null, text: wanted.name });
    const { items } = ok(await admin.post(`/api/v1/campaigns/${campaign.id as string}/links`, {}), 201);
    expect(items).toHaveLength(2);
    // A link is for its merchant's administrator alone; nobody reads it here a second time.
    for (const { url } of items as { url: string }[]) secrets.push(url.split('/').at(-1)!);
    const { delivery, ...webhook } = await makeWebhook(provider);
    secrets.push(webhook.secret);
    things.push({ kind: 'whk', id: webhook.id, provider: id, merchant: null, text: webhook.name });
    things.push({ kind: 'dlv', id: delivery.id, provider: id, merchant: null, text: delivery.event });
    const users = ok(await admin.get('/api/v1/users'), 200).items as {
      id: string;
      email: string;
      memberships: { id: string; merchant?: string }[];
    }[];
    expect(users.length).toBe(7);
    for (const { id: user, email, memberships } of users) {
      const [{ id: membership, merchant = null }] = memberships as [{ id: string; merchant?: string }];
      things.push({ kind: 'usr', id: user, provider: id, merchant, text: email });
      things.push({ kind: 'mem', id: membership, provider: id, merchant });
    }
  }

  /** A link of several merchants' accounts is their provider's alone. */
  private async makeLink(api: Api, whose: object, owner: { provider: string; merchant: string | null }): Promise<void> {
    const made = ok(await api.post('/api/v1/report-links', { name: 'link', ...whose, ...DAYS }), 201);
    this.things.push({ kind: 'rpl', id: made.id, ...owner });
    this.secrets.push(made.url.split('/').at(-1));
    expect((await fetch(made.url)).status).toBe(200);
  }

  /** A program with a key is one more who calls. */
  private async makeKey(
    api: Api,
    role: string,
    whose: object,
    owner: { provider: string; merchant: string | null },
    account?: string,
  ): Promise<void> {
    const made = ok(await api.post('/api/v1/api-keys', { name: role, scopes: KEYS[role], ...whose }), 201);
    this.things.push({ kind: 'key', id: made.id, ...owner, text: made.prefix });
    this.secrets.push(made.key);
    const actor = { role, api: new Api(this.origin, made.key), key: made.key, merchant: owner.merchant };
    const provider = owner.merchant === null ? owner.provider : null;
    this.actors.push({ ...actor, provider, ...(account === undefined ? {} : { account }) });
  }
}
