import { type FastifyRequest } from 'fastify';

export type Language = 'en' | 'zh';

/** The one of our languages an Accept-Language header likes best; English when it names neither. */
export function preferredLanguage(header: string | undefined): Language {
  let best: { language: Language; weight: number } = { language: 'en', weight: 0 };
  for (const part of (header ?? '').split(',')) {
    const [tag = '', ...params] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const primary = tag.split('-')[0];
    const language = primary === 'zh' ? 'zh' : primary === 'en' ? 'en' : null;
    const given = params.find((param) => param.startsWith('q='));
    const weight = given === undefined ? 1 : Number(given.slice(2));
    if (language !== null && weight > best.weight) best = { language, weight };
  }
  return best.language;
}

/** The language to answer this request in. */
export function languageOf(request: FastifyRequest): Language {
  return preferredLanguage(request.headers['accept-language']);
}
