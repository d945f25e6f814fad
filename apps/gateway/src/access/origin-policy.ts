/** What a browser says about where a request comes from. */
export interface RequestSource {
  readonly method: string;
  readonly host: string;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** `none`: typed into the address bar. `same-site` is not enough: a neighbour under our domain is not us. */
const OWN = new Set(['same-origin', 'none']);

/**
 * May this request change something? Browsers send Sec-Fetch-Site or at least Origin with every unsafe request and
 * scripts cannot forge either; a client that sends neither is no browser and carries no cookie by accident.
 */
export function isOwnOrigin({ method, host, origin, fetchSite }: RequestSource): boolean {
  if (SAFE.has(method)) return true;
  if (fetchSite !== undefined) return OWN.has(fetchSite);
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
