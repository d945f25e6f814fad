import createClient, { type Client } from 'openapi-fetch';
import { type components, type paths } from './api';

export type Problem = components['schemas']['ProblemDto'];
export type GatewayClient = Client<paths>;

export interface GatewayOptions {
  /** Where the gateway is reached, such as https://wx.example.com. */
  readonly origin: string;
  /** A program shows an API key; a page of the gateway's own is known by its cookie. */
  readonly apiKey?: string;
  /** Of the texts in answers and problems. */
  readonly language?: 'en' | 'zh';
}

/**
 * A client whose paths, parameters and answers are those of the gateway's description: `client.GET('/api/v1/accounts')` gives
 * `data`, or `error`, which is a Problem whose `code` is stable.
 */
export function gatewayClient({ origin, apiKey, language }: GatewayOptions): GatewayClient {
  return createClient<paths>({
    baseUrl: origin,
    headers: {
      ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
      ...(language === undefined ? {} : { 'Accept-Language': language }),
    },
  });
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Every item of a list, page by page: `for await (const account of everyItem((cursor) => …))`. */
export async function* everyItem<T>(page: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | null | undefined;
  do {
    const { items, nextCursor } = await page(cursor ?? undefined);
    yield* items;
    cursor = nextCursor;
  } while (cursor !== null);
}
