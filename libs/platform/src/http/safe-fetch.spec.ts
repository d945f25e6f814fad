import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { makeCertificate } from '../testing/certificate';
import { SafeFetch, type Resolve, type SafeFetchOptions, type SafeRequest } from './safe-fetch';
import { faultOf } from './safe-fetch-error';

const DAY_MS = 86_400_000;
const REQUEST: SafeRequest = { method: 'GET', totalMs: 2_000, dnsMs: 1_000, connectMs: 1_000, maxBytes: 1_000 };

const open: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  }
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  open.push({ server, sockets });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}
const serve = (handler: RequestListener): Promise<number> => listen(createServer(handler));

/** Answers each question in turn, the last one again and again. */
function resolver(...answers: string[][]): { resolve: Resolve; asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (name) => {
    const found = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return { resolve, asked };
}

function local(options: Partial<SafeFetchOptions> = {}): SafeFetch {
  return new SafeFetch({ allowLoopback: true, ...options });
}

describe('SafeFetch', () => {
  it('sends what it is told and gives status, headers and body as they came', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push(
          request.method,
          request.url,
          request.headers.host,
          request.headers['x-a'],
          Buffer.concat(chunks).toString(),
        );
        response.writeHead(418, { 'X-B': ['1', '2'] }).end('tea');
      });
    });
    const post = { ...REQUEST, method: 'POST', headers: { 'x-a': 'b' }, body: 'body' } as const;
    const answer = await local().fetch(`http://127.0.0.1:${port}/a/b?c=d`, post);
    expect(seen).toEqual(['POST', '/a/b?c=d', `127.0.0.1:${port}`, 'b', 'body']);
    expect([answer.status, answer.headers.get('x-b'), answer.body.toString()]).toEqual([418, '1, 2', 'tea']);
    expect(answer.ms).toBeGreaterThan(0);
  });

  it('resolves a name once and connects to what it checked, whatever DNS says later', async () => {
    const port = await serve((request, response) => response.end(request.headers.host));
    const { resolve, asked } = resolver(['127.0.0.1'], ['10.0.0.1']);
    const answer = await local({ resolve }).fetch(`http://rebind.invalid:${port}/`, REQUEST);
    expect([answer.body.toString(), asked]).toEqual([`rebind.invalid:${port}`, ['rebind.invalid']]);
  });

  it.each([
    [['10.0.0.1'], 'private'],
    [['127.0.0.1'], 'loopback'],
    [['1.1.1.1', '127.0.0.1'], 'loopback'],
    [['2606:4700::1111', '::ffff:10.0.0.1'], 'ipv4_in_ipv6'],
    [['169.254.169.254'], 'metadata'],
    [['fe80::1%eth0'], 'link_local'],
  ])('refuses a name that leads to %j', async (addresses, because) => {
    const safe = new SafeFetch({ allowLoopback: false, resolve: resolver(addresses).resolve });
    await expect(safe.fetch('https://x.invalid/', REQUEST)).rejects.toMatchObject({
      code: 'fetch_address_refused',
      because,
    });
  });

  it.each([
    ['http://127.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f000001/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127。0。0。1/', 'loopback'],
    ['http://[::1]/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'ipv4_in_ipv6'],
    ['http://[::ffff:7f00:1]/', 'ipv4_in_ipv6'],
    ['http://0/', 'reserved'],
    ['https://169.254.169.254/latest/meta-data', 'metadata'],
    ['https://10.1/', 'private'],
  ])('refuses %s in whatever spelling', async (url, because) => {
    const safe = new SafeFetch({ allowLoopback: false });
    await expect(safe.fetch(url, REQUEST)).rejects.toMatchObject({ code: 'fetch_address_refused', because });
  });

  it.each([
    ['file:///etc/passwd', 'fetch_url_invalid'],
    ['ftp://x.invalid/', 'fetch_url_invalid'],
    ['not a url', 'fetch_url_invalid'],
    ['https://user@x.invalid/', 'fetch_url_invalid'],
    ['https://user:password@x.invalid/', 'fetch_url_invalid'],
    ['https://x.invalid:8443/', 'fetch_port_refused'],
    ['http://x.invalid:22/', 'fetch_port_refused'],
  ])('refuses %s', async (url, code) => {
    const { resolve, asked } = resolver(['1.1.1.1']);
    await expect(new SafeFetch({ allowLoopback: false, resolve }).fetch(url, REQUEST)).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it('opens other ports on loopback alone', async () => {
    const { resolve } = resolver(['1.1.1.1']);
    const fetching = local({ resolve }).fetch('http://x.invalid:8080/', REQUEST);
    await expect(fetching).rejects.toMatchObject({ code: 'fetch_port_refused' });
  });

  it('refuses every private address in every spelling of it', async () => {
    const safe = new SafeFetch({ allowLoopback: false });
    const spellings = (n: number): string[] => [
      String(n),
      `0x${n.toString(16)}`,
      `0${n.toString(8)}`,
      `[::ffff:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}]`,
      `[64:ff9b::${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}]`,
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0x0a, 0x7f), fc.nat(0xffffff), async (first, rest) => {
        for (const host of spellings(first * 2 ** 24 + rest))
          await expect(safe.fetch(`http://${host}/`, REQUEST)).rejects.toMatchObject({ code: 'fetch_address_refused' });
      }),
      { numRuns: 50 },
    );
  });

  it('follows no redirect', async () => {
    let reached = 0;
    const inside = await serve((_request, response) => {
      reached++;
      response.end();
    });
    const port = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inside}/` }).end();
    });
    const answer = await local().fetch(`http://127.0.0.1:${port}/`, REQUEST);
    expect([answer.status, reached]).toEqual([302, 0]);
  });

  it.each<[string, RequestListener, string]>([
    ['a body over the limit', (_q, r) => r.end('x'.repeat(1_001)), 'fetch_answer_too_large'],
    [
      'a body over the limit that tells no length',
      (_q, r) => (r.write('x'.repeat(900)), r.end('x'.repeat(101))),
      'fetch_answer_too_large',
    ],
    ['huge headers', (_q, r) => r.writeHead(200, { 'x-a': 'a'.repeat(20_000) }).end(), 'fetch_answer_too_large'],
    ['a reset', (q) => q.socket.resetAndDestroy(), 'fetch_broken_off'],
    [
      'half a body',
      (q, r) => (r.writeHead(200, { 'content-length': 10 }).write('12345'), setTimeout(() => q.socket.destroy(), 20)),
      'fetch_broken_off',
    ],
    ['silence', () => undefined, 'fetch_timeout'],
    ['a body that trickles', (_q, r) => void r.write('x'), 'fetch_timeout'],
  ])('gives up on %s', async (_name, handler, code) => {
    const port = await serve(handler);
    const fetching = local().fetch(`http://127.0.0.1:${port}/`, { ...REQUEST, totalMs: 400 });
    await expect(fetching).rejects.toMatchObject({ code });
  });

  it('reads the beginning of a larger body, where that is enough', async () => {
    const port = await serve((_request, response) => response.writeHead(201).end('x'.repeat(100_000)));
    const answer = await local().fetch(`http://127.0.0.1:${port}/`, { ...REQUEST, cutsOff: true });
    expect([answer.status, answer.body.toString()]).toEqual([201, 'x'.repeat(1_000)]);
  });

  it('looks where a URL leads without sending anything', async () => {
    let reached = 0;
    const port = await serve(() => reached++);
    await local().check(`http://127.0.0.1:${port}/`, 1_000);
    expect(reached).toBe(0);
    const { resolve } = resolver(['10.0.0.1']);
    const inside = { code: 'fetch_address_refused', because: 'private' };
    await expect(local({ resolve }).check('https://x.invalid/', 1_000)).rejects.toMatchObject(inside);
    const outside = local({ resolve: resolver(['1.1.1.1']).resolve });
    await expect(outside.check('https://x.invalid:8443/', 1_000)).rejects.toMatchObject({ code: 'fetch_port_refused' });
  });

  it('takes a body that is exactly as large as the limit', async () => {
    const port = await serve((_request, response) => response.end('x'.repeat(1_000)));
    expect((await local().fetch(`http://127.0.0.1:${port}/`, REQUEST)).body).toHaveLength(1_000);
  });

  it('tells DNS troubles apart', async () => {
    const slow: Resolve = () => new Promise(() => undefined);
    const failing: Resolve = () => Promise.reject(new Error('ENOTFOUND'));
    const request = { ...REQUEST, dnsMs: 50 };
    const asked = (resolve: Resolve) => local({ resolve }).fetch('https://x.invalid/', request);
    await expect(asked(slow)).rejects.toMatchObject({ code: 'fetch_dns_timeout' });
    await expect(asked(failing)).rejects.toMatchObject({ code: 'fetch_dns_failed' });
    await expect(asked(resolver([]).resolve)).rejects.toMatchObject({ code: 'fetch_dns_failed' });
  });

  it('tells that nothing listens', async () => {
    const port = await serve(() => undefined);
    for (const { server } of open.splice(0)) await new Promise((closed) => server.close(closed));
    const fetching = local().fetch(`http://127.0.0.1:${port}/`, REQUEST);
    await expect(fetching).rejects.toMatchObject({ code: 'fetch_connect_failed' });
  });

  describe('over TLS', () => {
    const valid = { from: new Date(Date.now() - DAY_MS), to: new Date(Date.now() + DAY_MS) };
    const past = { from: new Date(Date.now() - 2 * DAY_MS), to: new Date(Date.now() - DAY_MS) };
    const future = { from: new Date(Date.now() + DAY_MS), to: new Date(Date.now() + 2 * DAY_MS) };

    async function ask(names: string[], validity: typeof valid, trusted = true): Promise<unknown> {
      const { cert, key } = makeCertificate(names, validity);
      const port = await listen(createTlsServer({ cert, key }, (_request, response) => response.end('hello')));
      const safe = local({ resolve: resolver(['127.0.0.1']).resolve, ...(trusted && { ca: cert }) });
      return safe.fetch(`https://wx.invalid:${port}/`, REQUEST);
    }

    it('takes a certificate that is right', async () => {
      expect(await ask(['wx.invalid'], valid)).toMatchObject({ status: 200, body: Buffer.from('hello') });
    });

    it.each([
      ['expired', ['wx.invalid'], past, true, 'fetch_tls_expired'],
      ['not valid yet', ['wx.invalid'], future, true, 'fetch_tls_expired'],
      ['for another name', ['other.invalid'], valid, true, 'fetch_tls_wrong_name'],
      ['for the address alone', ['127.0.0.1'], valid, true, 'fetch_tls_wrong_name'],
      ['of nobody we know', ['wx.invalid'], valid, false, 'fetch_tls_untrusted'],
    ])('refuses one that is %s', async (_name, names, validity, trusted, code) => {
      await expect(ask(names, validity, trusted)).rejects.toMatchObject({ code });
    });

    it('does not wait for a handshake that never comes', async () => {
      const port = await listen(createTcpServer(() => undefined) as Server);
      const request = { ...REQUEST, connectMs: 200, totalMs: 5_000 };
      const fetching = local().fetch(`https://127.0.0.1:${port}/`, request);
      await expect(fetching).rejects.toMatchObject({ code: 'fetch_connect_timeout' });
    });

    it('tells a port that speaks no TLS', async () => {
      const port = await listen(createTcpServer((socket) => socket.end('hello, no TLS here\r\n')) as Server);
      const fetching = local().fetch(`https://127.0.0.1:${port}/`, REQUEST);
      await expect(fetching).rejects.toMatchObject({ code: 'fetch_tls_failed' });
    });
  });

  it.each([
    [{ code: 'ECONNREFUSED' }, 'connect_failed'],
    [{ errors: [{ code: 'ENETUNREACH' }, { code: 'ECONNREFUSED' }] }, 'connect_failed'],
    [{ code: 'ETIMEDOUT' }, 'connect_timeout'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'connect_timeout'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'tls_untrusted'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls_failed'],
    [new Error('?'), 'broken_off'],
    [null, 'broken_off'],
  ])('reads %p as %s', (error, fault) => {
    expect(faultOf(error)).toBe(fault);
  });

  it('says nothing of the address or query in an error', async () => {
    const { resolve } = resolver(['10.1.2.3']);
    const error: unknown = await new SafeFetch({ allowLoopback: false, resolve })
      .fetch('https://wx.invalid/a?secret=hush', REQUEST)
      .catch((thrown: unknown) => thrown);
    const { message, text, detail } = error as { message: string; text: unknown; detail: unknown };
    expect(JSON.stringify([message, text, detail])).not.toMatch(/hush|10\.1\.2\.3|wx\.invalid/);
  });
});
