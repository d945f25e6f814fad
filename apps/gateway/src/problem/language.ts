import { type FastifyRequest } from 'fastify';

export type Language = 'en' | 'zh';

/**
 * The one of our languages an Accept-Language header likes best (RFC 9110, section 12.5.4): of two liked alike the one named
 * first, English when it names neither.
 */
export function preferredLanguage(header: string | undefined): Language {
  const named = new Map<string, number>();
  for (const part of (header ?? '').split(',')) {
    const [tag = '', ...params] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const given = params.find((param) => param.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    const primary = tag.split('-')[0] ?? '';
    if (!Number.isNaN(weight)) named.set(primary, Math.max(weight, named.get(primary) ?? 0));
  }
  const weightOf = (language: Language): number => named.get(language) ?? named.get('*') ?? 0;
  const order = [...named.keys()];
  const isZhFirst = order.includes('zh') && (!order.includes('en') || order.indexOf('zh') < order.indexOf('en'));
  const [en, zh] = [weightOf('en'), weightOf('zh')];
  return zh > en || (zh === en && zh > 0 && isZhFirst) ? 'zh' : 'en';
}

/** The language to answer this request in. */
export function languageOf(request: FastifyRequest): Language {
  return preferredLanguage(request.headers['accept-language']);
}
