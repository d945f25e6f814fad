import { Refusal } from '../refusal.mjs';

const ENTITIES = { quot: '"', '#39': "'", '#x27': "'", lt: '<', gt: '>', amp: '&' };
const decode = (text) => text.replace(/&(quot|#39|#x27|lt|gt|amp);/g, (_, name) => ENTITIES[name]);
const attribute = (tag, name) => decode(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

/** The first form of a page: where it goes, and its hidden fields. */
function formOf(html) {
  const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(html);
  if (!form)
    throw new Refusal(`Demo tenants: a page without a form came back: ${html.replace(/<[^>]+>/g, ' ').slice(0, 200)}`);
  const fields = new URLSearchParams();
  for (const [tag] of form[2].matchAll(/<input[^>]*type="hidden"[^>]*>/g))
    fields.append(attribute(tag, 'name'), attribute(tag, 'value'));
  return { action: decode(form[1]), fields };
}

/**
 * Does what a merchant's administrator does in a browser: opens the invite, presses the button, chooses the account and
 * the permission sets on WeChat's page, agrees, and lands on our page again.
 * @param {string} inviteUrl @param {{ appid: string, sets: number[] }} choice
 */
export async function clickThrough(inviteUrl, { appid, sets }) {
  const landing = formOf(await (await fetch(inviteUrl)).text());
  const sent = await fetch(new URL(landing.action, inviteUrl), { method: 'POST', redirect: 'manual' });
  const consentUrl = sent.headers.get('location');
  if (!consentUrl) throw new Refusal(`Demo tenants: the invite's button answered ${sent.status}`);
  const page = await fetch(consentUrl, { headers: { referer: `${new URL(inviteUrl).origin}/` } });
  const { action, fields } = formOf(await page.text());
  fields.set('appid', appid);
  for (const set of sets) fields.append('sets', String(set));
  fields.set('action', 'authorize');
  const agreed = await fetch(new URL(action, consentUrl), { method: 'POST', body: fields, redirect: 'manual' });
  const callback = agreed.headers.get('location');
  if (!callback) throw new Refusal(`Demo tenants: WeChat's page answered ${agreed.status}`);
  const landed = await fetch(callback);
  if (!landed.ok) throw new Refusal(`Demo tenants: the callback answered ${landed.status}`);
}
