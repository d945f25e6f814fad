/** Drives the sandbox through its control routes, as an outside check would. */
export class SandboxDriver {
  constructor(readonly origin: string) {}

  async control(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<any> {
    const response = await fetch(`${this.origin}/sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  setClock(now: string, speed = 1): Promise<unknown> {
    return this.control('PUT', 'clock', { now, speed });
  }

  faults(switches: Record<string, unknown>): Promise<unknown> {
    return this.control('PUT', 'faults', switches);
  }

  async truth(appid: string, from: string, to: string): Promise<Map<string, number>> {
    const { list } = await this.control('GET', `truth?appid=${appid}&from=${from}&to=${to}`);
    return new Map(list.map((row: { ref_date: string; cumulate_user: number }) => [row.ref_date, row.cumulate_user]));
  }

  /** Calls of one path since the start or the last `forgetCalls`, by errcode ('0' for success). */
  async calls(path: string): Promise<Record<string, number>> {
    const { calls } = await this.control('GET', 'calls?since=0');
    const counts: Record<string, number> = {};
    for (const call of calls.filter((one: { path: string }) => one.path === path)) {
      counts[String(call.errcode)] = (counts[String(call.errcode)] ?? 0) + call.count;
    }
    return counts;
  }

  forgetCalls(): Promise<unknown> {
    return this.control('DELETE', 'calls');
  }
}

/** The fields of the first form of a page, as a browser would send them with every box left as it stands. */
export function formOf(html: string): { action: string; fields: URLSearchParams } {
  const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(html);
  if (!form) throw new Error(`no form in: ${html.slice(0, 400)}`);
  const fields = new URLSearchParams();
  for (const [tag] of (form[2] ?? '').matchAll(/<input[^>]*>/g)) {
    const name = attribute(tag, 'name');
    const type = attribute(tag, 'type');
    if (name === null || ((type === 'checkbox' || type === 'radio') && !/\schecked/.test(tag))) continue;
    fields.append(name, attribute(tag, 'value') ?? '');
  }
  return { action: unescape(form[1] ?? ''), fields };
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found ? unescape(found[1] ?? '') : null;
}

function unescape(text: string): string {
  return text
    .replace(/&quot;/g, '"')
    .replace(/&#39;|&#x27;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
