import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { authorizeAccount } from '../control/authorization-acts';
import { type Account, type Platform } from '../state/model';
import { type World } from '../world';
import { cancelledPage, CONSENT_TARGET, consentPage, doneWithoutRedirectPage, refusalPage } from './consent-page';
import {
  type ConsentQuery,
  type ConsentVerdict,
  isEntryProof,
  judgeLink,
  judgeReferer,
  offeredAccounts,
  offeredSets,
  withQuery,
} from './consent-rules';

/** PC page, current H5 page and the old H5 page; WeChat spreads them over two hosts. */
const CONSENT_PATHS = ['/cgi-bin/componentloginpage', '/wxaopen/safe/bindcomponent', '/safe/bindcomponent'];

const HTML_TYPE = 'text/html; charset=utf-8';

/** WeChat shows its error pages with status 200; the header spares tests from reading Chinese. */
function showRefusal(world: World, reply: FastifyReply, verdict: ConsentVerdict, query: ConsentQuery): FastifyReply {
  if (verdict.ok) throw new Error('not a refusal');
  const domain = world.store.platforms.get(query.component_appid)?.domain ?? '';
  return reply
    .header('x-sandbox-error', verdict.because)
    .type(HTML_TYPE)
    .send(refusalPage(verdict.because, verdict.detail, domain));
}

function readQuery(source: URLSearchParams): ConsentQuery {
  const text = (name: string): string => source.get(name) ?? '';
  return {
    component_appid: text('component_appid'),
    pre_auth_code: text('pre_auth_code'),
    redirect_uri: text('redirect_uri'),
    auth_type: text('auth_type'),
    biz_appid: text('biz_appid'),
    category_id_list: text('category_id_list'),
  };
}

export function consentRoutes(app: FastifyInstance, world: World): void {
  for (const path of CONSENT_PATHS) {
    app.get(path, (request, reply) => showConsent(world, request, reply));
  }
  app.post(CONSENT_TARGET, (request, reply) => takeConsent(world, request, reply));
}

function showConsent(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const query = readQuery(new URL(request.url, 'http://sandbox').searchParams);
  const verdict = judgeLink(world, query);
  if (!verdict.ok) return showRefusal(world, reply, verdict, query);
  const wrongEntry = judgeReferer(world, verdict.platform, request.headers.referer);
  if (wrongEntry !== null) return showRefusal(world, reply, wrongEntry, query);
  const accounts = offeredAccounts(world, verdict.platform, query);
  if (accounts.length === 0) return showRefusal(world, reply, { ok: false, because: 'no_account', detail: '' }, query);
  // a set that none of these accounts can grant would be a box without effect
  const sets = offeredSets(verdict.platform, query).filter((id) => accounts.some(({ sets }) => sets.includes(id)));
  return reply.type(HTML_TYPE).send(consentPage(verdict.platform, query, accounts, sets));
}

async function takeConsent(world: World, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
  const query = readQuery(form);
  const verdict = judgeLink(world, query);
  if (!verdict.ok) return showRefusal(world, reply, verdict, query);
  const { platform, preAuthCode } = verdict;
  if (world.faults.values.checkReferer && !isEntryProof(platform, query, form.get('entry') ?? '')) {
    return showRefusal(world, reply, { ok: false, because: 'wrong_domain', detail: '-' }, query);
  }
  if (form.get('action') === 'cancel') return reply.type(HTML_TYPE).send(cancelledPage());
  const other = (form.get('other_appid') ?? '').trim();
  const appid = other === '' ? form.get('appid') : other;
  const account = offeredAccounts(world, platform, query).find((offered) => offered.appid === appid);
  if (account === undefined) return showRefusal(world, reply, { ok: false, because: 'no_account', detail: '' }, query);
  preAuthCode.used = world.faults.values.preAuthCodeSingleUse;
  const sets = form.getAll('sets').map(Number);
  const code = await confirm(world, platform, account, {
    sets: sets.filter((id) => offeredSets(platform, query).includes(id)),
    preAuthCode: preAuthCode.value,
  });
  if (world.faults.values.redirectLost) return reply.type(HTML_TYPE).send(doneWithoutRedirectPage());
  const fields = { auth_code: code, expires_in: world.faults.values.redirectExpiresIn };
  return reply.redirect(withQuery(query.redirect_uri, fields), 302);
}

/** The code for the redirect; the push is over, on its way or still to come, as `consentOrder` says. */
async function confirm(
  world: World,
  platform: Platform,
  account: Account,
  choice: { sets: number[]; preAuthCode: string },
): Promise<string> {
  const { consentOrder, redirectFirstMs } = world.faults.values;
  const delayMs = consentOrder === 'redirect-first' ? redirectFirstMs : 0;
  const { done, sent } = authorizeAccount(world, platform, account, { ...choice, delayMs });
  if (consentOrder === 'push-first') await sent?.first;
  return done.code.value;
}
