import { Refusal } from '../refusal.mjs';

/** A client of the gateway's public routes with the session cookie of one person. */
export class DemoApi {
  #cookie;

  /** @param {string} origin */
  constructor(origin) {
    this.origin = origin;
  }

  async login(email, password) {
    const answer = await this.#send('POST', '/api/v1/session', { email, password });
    if (answer.status !== 201) return false;
    this.#cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0];
    return true;
  }

  async get(path) {
    return this.#read(await this.#send('GET', path), `GET ${path}`);
  }

  async post(path, body) {
    return this.#read(await this.#send('POST', path, body), `POST ${path}`);
  }

  async patch(path, body) {
    return this.#read(await this.#send('PATCH', path, body), `PATCH ${path}`);
  }

  /** Every item of a list, page after page. */
  async all(path) {
    const items = [];
    for (let cursor = ''; cursor !== null;) {
      const page = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }

  #send(method, path, body) {
    const headers = {
      ...(this.#cookie ? { cookie: this.#cookie } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    return fetch(this.origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  }

  async #read(answer, what) {
    const text = await answer.text();
    if (!answer.ok) throw new Refusal(`Demo tenants: ${what} answered ${answer.status}: ${text.slice(0, 300)}`);
    return text ? JSON.parse(text) : null;
  }
}
