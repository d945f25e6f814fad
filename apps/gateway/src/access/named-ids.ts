import { type FastifyRequest } from 'fastify';

const ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/;
const MOST = 20;
const DEPTH = 3;

export function isOpaqueId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** The ids that a request names in its path, query and body, in this order, each once; the first 20. */
export function namedIds({ params, query, body }: Pick<FastifyRequest, 'params' | 'query' | 'body'>): string[] {
  const found = new Set<string>();
  for (const part of [params, query, body]) collect(part, found, DEPTH);
  return [...found];
}

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (found.size >= MOST) return;
  if (isOpaqueId(value)) found.add(value);
  else if (typeof value === 'string') for (const part of value.split(',', MOST)) if (isOpaqueId(part)) found.add(part);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || depth === 0) return;
  for (const inner of Object.values(value)) collect(inner, found, depth - 1);
}
