const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** HTML that needs no further escaping. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escapeHtml(String(part));
}

/** Template tag: every value is escaped unless it is Html. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((text, piece, i) => text + render(parts[i - 1] ?? '') + piece));
}

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`;

const STYLE = new Html(`<style>
body{margin:0;background:#f4f5f7;color:#1f2329;font:16px/1.6 system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:640px;margin:24px auto;padding:24px;background:#fff;border-radius:12px;box-shadow:0 1px 4px #0002}
main.wide{max-width:1080px}
h1{font-size:20px;margin:0 0 4px}h2{font-size:16px;margin:24px 0 8px}
small,.en{color:#646a73;font-size:13px}.tag{background:#fff3d6;border-radius:4px;padding:1px 6px;font-size:12px}
label{display:block;padding:10px 12px;border:1px solid #dee0e3;border-radius:8px;margin:6px 0;cursor:pointer}
label:has(input:checked){border-color:#07c160;background:#f0fbf5}
button,.button{font:inherit;border:1px solid #dee0e3;background:#fff;border-radius:8px;padding:8px 16px;cursor:pointer;min-height:40px}
button.main{background:#07a350;border-color:#07a350;color:#fff}
button:focus-visible,input:focus-visible{outline:3px solid #07c16066}
input[type=text]{font:inherit;padding:8px;border:1px solid #dee0e3;border-radius:8px;max-width:100%;box-sizing:border-box}
.row{display:flex;gap:12px;flex-wrap:wrap;align-items:center;margin-top:16px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:8px;border-top:1px solid #eee;vertical-align:top}
.scroll{overflow-x:auto}form.inline{display:inline-flex;gap:6px;flex-wrap:wrap;margin:2px 0}
@media(max-width:680px){main{margin:0;border-radius:0;min-height:100vh;box-sizing:border-box}}
</style>`);

/** A whole page; no script and no outside asset. */
export function page(title: string, body: Html, wide = false): string {
  return html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <main class="${wide ? 'wide' : ''}"><span class="tag">沙箱 Sandbox</span>${body}</main>
      </body>
    </html>`.text;
}
