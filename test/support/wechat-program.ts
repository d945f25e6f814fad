import { type Answer, type Api } from './api';
import { OfficialAccount, type CacheInterface } from 'node-easywechat';

/** An answer in WeChat's shape. */
export type WechatAnswer = any;

/** Calls getusercumulate as a program without an SDK would. */
export async function callCumulate(
  origin: string,
  query: Record<string, string>,
  body: unknown = {},
  init: RequestInit = {},
): Promise<WechatAnswer> {
  const target = `${origin}/datacube/getusercumulate?${new URLSearchParams(query).toString()}`;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(target, { method: 'POST', body: text, ...init });
  if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Days of which WeChat has nothing: nobody has to fetch them. */
export const NO_DAYS = JSON.stringify({ begin_date: '2014-11-20', end_date: '2014-11-21' });

/** Every route for programs made for WeChat, asked with a key for an account. */
export const WECHAT_ASKS: Readonly<Record<string, (api: Api, key: string, appid: string) => Promise<Answer>>> = {
  'POST /datacube/getusercumulate': (api, key, appid) =>
    api.post(`/datacube/getusercumulate?access_token=${key}&appid=${appid}`, NO_DAYS),
  'GET /cgi-bin/token': (api, secret, appid) =>
    api.get(`/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`),
  'POST /cgi-bin/stable_token': (api, secret, appid) =>
    api.post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret }),
};

/** The rows of some days, as WeChat writes them. */
export function listOf(truth: ReadonlyMap<string, number>): object {
  return { list: [...truth].map(([ref_date, cumulate_user]) => ({ ref_date, user_source: 0, cumulate_user })) };
}

/** An SDK made for WeChat, told nothing but another base URL; what it caches stays in memory. */
export function easyWechat(baseURL: string, appid: string, secret: string, isStable: boolean): OfficialAccount {
  const app = new OfficialAccount({
    app_id: appid,
    secret,
    use_stable_access_token: isStable,
    http: { baseURL, throw: false },
  });
  app.setCache(memoryCache());
  return app;
}

function memoryCache(): CacheInterface {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => Promise.resolve(kept.get(key)),
    has: async (key) => Promise.resolve(kept.has(key)),
    set: async (key, data) => Promise.resolve(kept.set(key, data).size > 0),
    delete: async (key) => Promise.resolve(kept.delete(key)),
  };
}
