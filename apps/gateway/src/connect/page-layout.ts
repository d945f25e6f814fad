import { type Language } from '../problem';
import { html, Html } from './html';

/** How a page feels at a glance. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad';

const STYLE = new Html(`<style>
  :root { color-scheme: light dark; --ink: #1f2329; --soft: #646a73; --paper: #fff; --ground: #f2f3f5; --accent: #07a35a; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8e9eb; --soft: #a3a8b0; --paper: #202327; --ground: #141618; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--ground);
    color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; }
  main { width: 100%; max-width: 440px; padding: 32px 28px; background: var(--paper); border-radius: 16px;
    border-top: 4px solid var(--tone, var(--accent)); box-shadow: 0 8px 32px rgb(0 0 0 / 8%); text-align: center; }
  .good { --tone: #07a35a; } .warning { --tone: #d98a00; } .bad { --tone: #d5383a; } .plain { --tone: #07a35a; }
  h1 { margin: 0 0 12px; font-size: 22px; line-height: 1.35; } p { margin: 0 0 12px; overflow-wrap: anywhere; text-wrap: pretty; }
  .soft { color: var(--soft); font-size: 14px; }
  button { width: 100%; margin: 12px 0 20px; padding: 14px; border: 0; border-radius: 10px; background: var(--accent); color: #fff;
    font: inherit; font-weight: 600; cursor: pointer; }
  label { display: block; text-align: left; } input { width: 100%; margin-top: 6px; padding: 12px; border: 1px solid var(--soft);
    border-radius: 10px; background: var(--paper); color: var(--ink); font: inherit; }
  button:focus-visible { outline: 3px solid currentcolor; outline-offset: 2px; }
  @media (max-width: 480px) { .scan { display: none; } }
  .qr { width: 200px; margin: 0 auto 8px; padding: 8px; background: #fff; border-radius: 10px; } .qr svg { display: block; width: 100%; }
</style>`);

export interface PageContent {
  readonly title: string;
  readonly tone: Tone;
  readonly body: Html;
}

/** A whole page; it works without scripts, in WeChat's own browser too. */
export function page(language: Language, { title, tone, body }: PageContent): string {
  return html`<!doctype html>
    <html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <main class="${tone}">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}

export function shanghaiMinute(at: Date): string {
  const shown = new Date(at.getTime() + 8 * 3_600_000).toISOString();
  return `${shown.slice(0, 10)} ${shown.slice(11, 16)} (UTC+8)`;
}
