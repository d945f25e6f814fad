import { ok, type Provider } from './tenants';

/** A webhook that leads nowhere, with one delivery. */
export async function makeWebhook({ id, admin, platform }: Provider): Promise<any> {
  const wanted = { name: `hook of ${platform.appid}`, url: `http://127.0.0.1:9/${platform.appid}` };
  const hook = ok(await admin.post('/api/v1/webhooks', { ...wanted, provider: id, topics: ['days.stored'] }), 201);
  return { ...hook, delivery: ok(await admin.post(`/api/v1/webhooks/${hook.id as string}/test`, {}), 202) };
}
