import { html, type Html, hidden, page } from '../consent/html';
import { type Account, type Grant, type Platform } from '../state/model';
import { type World } from '../world';

const PAGE_SIZE = 50;

function button(action: string, label: string, fields: Readonly<Record<string, string>>, extra: Html = html``): Html {
  return html`<form class="inline" method="post" action="/sandbox/ui/${action}">
    ${Object.entries(fields).map(([name, value]) => hidden(name, value))}${extra}<button>${label}</button>
  </form>`;
}

function platformRow(platform: Platform): Html {
  const last = platform.tickets.at(-1);
  return html`<tr>
    <td>${platform.name}<br /><small>${platform.appid}</small></td>
    <td>${platform.domain}<br /><small>${platform.eventUrl}</small></td>
    <td>
      ${last === undefined ? '—' : new Date(last.issuedAt).toISOString()}<br />
      ${platform.pushStopped ? '已停止 stopped' : '推送中 running'}
    </td>
    <td>
      ${button('ticket', '推送票据 Push ticket', { component_appid: platform.appid })}
      ${button(platform.pushStopped ? 'start' : 'stop', platform.pushStopped ? '恢复 Start' : '停止 Stop', {
        component_appid: platform.appid,
      })}
    </td>
  </tr>`;
}

function grantCell(account: Account, platform: Platform, grant: Grant | null): Html {
  const fields = { appid: account.appid, component_appid: platform.appid };
  const active = grant?.active === true;
  const sets = (active ? grant.sets : platform.sets.filter((id) => account.sets.includes(id))).join(',');
  const label = active ? '更新 Update' : '授权 Authorize';
  return html`<div>
    <b>${platform.name}</b> <small>${active ? '已授权 authorized' : '未授权 not authorized'}</small><br />
    ${button(
      'authorize',
      label,
      fields,
      html`<input type="text" name="sets" value="${sets}" size="18" aria-label="权限集 permission sets" />`,
    )}
    ${active ? button('revoke', '取消授权 Revoke', fields) : html``}
  </div>`;
}

function accountRow(world: World, account: Account): Html {
  const { platforms } = world.store;
  return html`<tr>
    <td>${account.name}<br /><small>${account.appid} · ${account.kind}</small></td>
    <td>${account.verified ? '已认证 verified' : '未认证 unverified'}<br /><small>status ${account.status}</small></td>
    <td>
      ${[...platforms.values()].map((platform) =>
        grantCell(account, platform, world.store.findGrant(platform.appid, account.appid)),
      )}
    </td>
  </tr>`;
}

function pager(offset: number, total: number, search: string): Html {
  const link = (to: number, label: string): Html =>
    html`<a href="/sandbox/?offset=${to}&amp;q=${encodeURIComponent(search)}">${label}</a> `;
  return html`<p>
    <small>${total === 0 ? 0 : offset + 1}–${Math.min(offset + PAGE_SIZE, total)} / ${total}</small>
    ${offset > 0 ? link(Math.max(0, offset - PAGE_SIZE), '上一页 Previous') : html``}
    ${offset + PAGE_SIZE < total ? link(offset + PAGE_SIZE, '下一页 Next') : html``}
  </p>`;
}

/** GET /sandbox/: platforms, accounts and the clock, with a button for what one does by hand. */
export function overviewPage(world: World, search: string, offset: number): string {
  const matching = [...world.store.accounts.values()].filter(
    (account) => account.appid.includes(search) || account.name.includes(search),
  );
  const now = new Date(world.clock.now()).toISOString();
  return page(
    '微信沙箱',
    html`<h1>微信沙箱</h1>
      <p class="en">A stand-in for WeChat's open platform</p>
      <h2>时钟 <small>Clock · speed ${world.clock.speed}</small></h2>
      ${button(
        'clock',
        '设置 Set',
        {},
        html`<input type="text" name="now" placeholder="${now}" size="26" aria-label="时间 time" />
          <input type="text" name="speed" value="${world.clock.speed}" size="5" aria-label="速度 speed" />`,
      )}
      <h2>第三方平台 <small>Platforms</small></h2>
      <div class="scroll">
        <table>
          <tr>
            <th>平台</th>
            <th>域名与地址</th>
            <th>最近票据</th>
            <th></th>
          </tr>
          ${[...world.store.platforms.values()].map(platformRow)}
        </table>
      </div>
      <h2>账号 <small>Accounts</small></h2>
      <form class="inline" method="get" action="/sandbox/">
        <input type="text" name="q" value="${search}" aria-label="搜索 search" /> <button>搜索 Search</button>
      </form>
      <div class="scroll">
        <table>
          <tr>
            <th>账号</th>
            <th>状态</th>
            <th>授权</th>
          </tr>
          ${matching.slice(offset, offset + PAGE_SIZE).map((account) => accountRow(world, account))}
        </table>
      </div>
      ${pager(offset, matching.length, search)}`,
    true,
  );
}
