import { type System } from './system';
import { authorize, ok, type makeMerchant, type Provider } from './tenants';

/** A fetch of a merchant's that goes on until 2026-03-10 is over: WeChat has no row for the day before yet. The path of its events. */
export async function startGoingFetch(
  system: System,
  provider: Provider,
  merchant: Awaited<ReturnType<typeof makeMerchant>>,
): Promise<string> {
  await authorize(system, provider, merchant.id);
  await system.sandbox.faults({ readyHour: 23, notReadyMode: 'partial' });
  const asked = { scope: { merchant: merchant.id }, from: '2026-03-09', to: '2026-03-09' };
  const fetch = ok(await merchant.api.post('/api/v1/fetches', asked), 202);
  return `/api/v1/fetches/${fetch.id as string}/events`;
}
