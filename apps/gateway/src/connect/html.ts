/** Text that is HTML already; everything else is escaped where it is put in. */
export class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template that escapes what it is given, unless that is Html. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  return new Html(parts.reduce((text, part, i) => text + shown(values[i - 1] ?? '') + part));
}

function shown(value: string | Html): string {
  return value instanceof Html ? value.text : value.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
