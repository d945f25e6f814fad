import { type FastifyRequest } from 'fastify';

const ID = /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/;
/** Members that hold ids, of queries and bodies; others may hold any text. */
const FIELDS: ReadonlySet<string> = new Set([
  ...['id', 'provider', 'merchant', 'platform', 'account', 'accounts', 'members', 'user', 'scope', 'memberships'],
]);
const MOST = 20;
const DEPTH = 4;

export function isOpaqueId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/**
 * The ids that a request names: in its path, and in the members meant for them of what it reads, a query or a body. Each once; the
 * first 20.
 */
export function namedIds({
  method,
  params,
  query,
  body,
}: Pick<FastifyRequest, 'method' | 'params' | 'query' | 'body'>): string[] {
  const found = new Set<string>();
  collect(Object.values(params as object), found, DEPTH);
  collect(method === 'GET' || method === 'HEAD' ? query : body, found, DEPTH);
  return [...found];
}

function collect(value: unknown, found: Set<string>, depth: number): void {
  if (found.size >= MOST) return;
  if (typeof value === 'string') {
    for (const part of value.split(',', MOST)) if (isOpaqueId(part) && found.size < MOST) found.add(part);
    return;
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || depth === 0) return;
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) if (isList || FIELDS.has(name)) collect(inner, found, depth - 1);
}
