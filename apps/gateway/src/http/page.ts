import { type FastifyReply } from 'fastify';

interface PagePolicy {
  /** Origins besides our own that the page's form may lead to, redirects included. */
  readonly formAction: readonly string[];
  /** `strict-origin-when-cross-origin` when left out. */
  readonly referrer?: string;
}

/**
 * Sends a page of our own that works without scripts. WeChat checks the Referer of its authorization page, so ours must
 * tell its origin; helmet's defaults would hide it and stop the form at the redirect.
 */
export function sendPage(
  reply: FastifyReply,
  status: number,
  html: string,
  { formAction, referrer }: PagePolicy,
): void {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data: 'self'",
    `form-action ${["'self'", ...formAction].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  void reply
    .code(status)
    .header('Content-Type', 'text/html; charset=utf-8')
    .header('Content-Security-Policy', policy.join('; '))
    .header('Referrer-Policy', referrer ?? 'strict-origin-when-cross-origin')
    .header('Cache-Control', 'no-store')
    .send(html);
}
