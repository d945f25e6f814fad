import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { Client } from 'undici';
import { addressVerdict } from './address-policy';
import { faultOf, SafeFetchError } from './safe-fetch-error';

/** All of a name's addresses; rejects when it has none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

export interface SafeFetchOptions {
  /** Local mode: loopback on any port is allowed too. */
  readonly allowLoopback: boolean;
  /** The system's resolver when absent. */
  readonly resolve?: Resolve;
  /** Trusted besides the known authorities, PEM. */
  readonly ca?: string;
}

export interface SafeRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call to the last byte, DNS and connecting included. */
  readonly totalMs: number;
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly maxBytes: number;
}

export interface SafeAnswer {
  readonly status: number;
  /** Names in lower case; repeated ones joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly ms: number;
}

const PORTS: ReadonlySet<string> = new Set(['', '80', '443']);
const HEADERS_MAX = 16_384;
const systemResolve: Resolve = (name) => promisify(lookup)(name, { all: true, verbatim: true });

/**
 * Sends one request to an address that a person typed. The name is resolved once, every address of it must be public,
 * and the connection goes to exactly those addresses: an answer of DNS that changes afterwards leads nowhere (DNS
 * rebinding). A redirect is an answer like any other: who wants to follow it calls again, so each hop is checked.
 */
export class SafeFetch {
  constructor(private readonly options: SafeFetchOptions) {}

  get allowsLoopback(): boolean {
    return this.options.allowLoopback;
  }

  /** Throws SafeFetchError; an HTTP status is no error. */
  async fetch(url: string, request: SafeRequest): Promise<SafeAnswer> {
    const start = performance.now();
    const target = this.readUrl(url);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      stop.abort();
    }, request.totalMs);
    try {
      const addresses = await this.addressesOf(hostOf(target), Math.min(request.dnsMs, request.totalMs));
      if (PORTS.has(target.port) || addresses.every(({ address }) => isLoopback(address))) {
        const answer = await this.send(target, addresses, request, stop.signal);
        return { ...answer, ms: performance.now() - start };
      }
      throw new SafeFetchError('port_refused');
    } catch (error) {
      if (error instanceof SafeFetchError) throw error;
      throw new SafeFetchError(stop.signal.aborted ? 'timeout' : faultOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private readUrl(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : null;
    const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
    if (!url || !isWeb || url.username !== '' || url.password !== '') throw new SafeFetchError('url_invalid');
    if (!PORTS.has(url.port) && !this.options.allowLoopback) throw new SafeFetchError('port_refused');
    return url;
  }

  private async addressesOf(host: string, ms: number): Promise<readonly LookupAddress[]> {
    const version = isIP(host);
    const addresses = version === 0 ? await this.resolve(host, ms) : [{ address: host, family: version }];
    for (const { address } of addresses) {
      const verdict = addressVerdict(address, this.options.allowLoopback);
      if (!verdict.open) throw new SafeFetchError('address_refused', verdict.because);
    }
    return addresses;
  }

  private async resolve(name: string, ms: number): Promise<readonly LookupAddress[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new SafeFetchError('dns_timeout'));
      }, ms);
    });
    try {
      const found = await Promise.race([(this.options.resolve ?? systemResolve)(name), late]);
      if (found.length === 0) throw new SafeFetchError('dns_failed');
      return found;
    } catch (error) {
      throw error instanceof SafeFetchError ? error : new SafeFetchError('dns_failed');
    } finally {
      clearTimeout(timer);
    }
  }

  private async send(
    url: URL,
    addresses: readonly LookupAddress[],
    request: SafeRequest,
    signal: AbortSignal,
  ): Promise<Omit<SafeAnswer, 'ms'>> {
    const { ca } = this.options;
    const client = new Client(url.origin, {
      connect: { lookup: pinnedTo(addresses), timeout: request.connectMs, ...(ca === undefined ? {} : { ca }) },
      // One timer of ours covers the whole call.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: HEADERS_MAX,
      maxResponseSize: request.maxBytes,
      pipelining: 0,
    });
    try {
      const { method, body = null, headers = {} } = request;
      const path = `${url.pathname}${url.search}`;
      const answer = await client.request({ method, path, headers: { ...headers }, body, signal });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, headers: headersOf(answer.headers), body: bytes };
    } finally {
      await client.destroy();
    }
  }
}

/** IPv6 stands in brackets in a URL. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** Answers every question for an address with the checked ones; a literal address is connected to without asking. */
function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_name, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

function isLoopback(address: string): boolean {
  return addressVerdict(address, true).open && !addressVerdict(address, false).open;
}

function headersOf(given: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), [value ?? []].flat().join(', ')]));
}
