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
  /** Only the beginning of a larger answer is read; without it a larger answer is an error. */
  readonly cutsOff?: boolean;
}

export interface SafeAnswer {
  readonly status: number;
  /** Names in lower case; repeated ones joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly ms: number;
}

/** A URL, and the addresses its name was found to have. */
interface Place {
  readonly target: URL;
  readonly addresses: readonly LookupAddress[];
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
    const stop = new AbortController();
    const timer = setTimeout(() => {
      stop.abort();
    }, request.totalMs);
    try {
      const place = await this.locate(url, Math.min(request.dnsMs, request.totalMs));
      const answer = await this.send(place, request, stop.signal);
      return { ...answer, ms: performance.now() - start };
    } catch (error) {
      if (error instanceof SafeFetchError) throw error;
      throw new SafeFetchError(stop.signal.aborted ? 'timeout' : faultOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Throws what `fetch` would throw before anything is sent. Who may be asked today may lead elsewhere tomorrow: `fetch` asks again. */
  async check(url: string, dnsMs: number): Promise<void> {
    await this.locate(url, dnsMs);
  }

  private async locate(url: string, dnsMs: number): Promise<Place> {
    const target = this.readUrl(url);
    const addresses = await this.addressesOf(hostOf(target), dnsMs);
    if (!PORTS.has(target.port) && !addresses.every(({ address }) => isLoopback(address)))
      throw new SafeFetchError('port_refused');
    return { target, addresses };
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
    { target: url, addresses }: Place,
    request: SafeRequest,
    signal: AbortSignal,
  ): Promise<Omit<SafeAnswer, 'ms'>> {
    const { ca } = this.options;
    const { method, body = null, headers = {}, maxBytes, cutsOff = false } = request;
    const client = new Client(url.origin, {
      connect: { lookup: pinnedTo(addresses), timeout: request.connectMs, ...(ca === undefined ? {} : { ca }) },
      // One timer of ours covers the whole call.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: HEADERS_MAX,
      maxResponseSize: cutsOff ? -1 : maxBytes,
      pipelining: 0,
    });
    try {
      const path = `${url.pathname}${url.search}`;
      const answer = await client.request({ method, path, headers: { ...headers }, body, signal });
      const bytes = cutsOff ? await beginning(answer.body, maxBytes) : Buffer.from(await answer.body.arrayBuffer());
      return { status: answer.statusCode, headers: headersOf(answer.headers), body: bytes };
    } finally {
      await client.destroy();
    }
  }
}

async function beginning(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, maxBytes);
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
