import { request } from 'node:http';
import { type Answer } from './api';

export interface RawRequest {
  readonly method?: string;
  /** Sent as it stands: `fetch` would tidy up `%2e%2e` and refuse a Host of one's own. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A request written by hand, as scanners and old clients write them. */
export async function rawRequest(
  origin: string,
  { method = 'GET', path, headers = {}, body }: RawRequest,
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((done, fail) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', fail);
      incoming.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const pairs = Object.entries(incoming.headers).map(
          ([name, value]) => [name, String(value)] as [string, string],
        );
        const isJson = (incoming.headers['content-type'] ?? '').includes('json');
        const json: unknown = isJson ? JSON.parse(text) : undefined;
        done({ status: incoming.statusCode ?? 0, headers: new Headers(pairs), text, json });
      });
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}
