/** Programs that look at links in chats and pages for people. WeChat's own browser (MicroMessenger) is a person's. */
const LOOKERS =
  /(?<!cu)bot[-/]|telegrambot|crawler|spider|preview|facebookexternalhit|whatsapp\/|slack|skypeuri|embedly|larkurl|vkshare|pinterest|google-inspectiontool/i;

/** What browsers send when they load a page that nobody opened yet. */
const EARLY = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];

/** Is somebody's program only looking at what is behind a link? A guess: nothing makes them say so. */
export function isPreview(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const isEarly = EARLY.some((name) => /prefetch|prerender|preview/i.test(String(headers[name] ?? '')));
  return isEarly || LOOKERS.test(String(headers['user-agent'] ?? ''));
}
