import { type FaultSwitches } from '../faults/fault-switches';
import { type Grant } from '../state/model';
import { WechatError } from './wechat-error';

/**
 * One page of LIST under the switches that make it move while it is read. Order and stability are undocumented, so a
 * client has to survive all of them. Throws WechatError for a page that is to fail.
 */
export function listPage(
  grants: Grant[],
  asked: { offset: number; count: number },
  faults: FaultSwitches,
): { total: number; page: Grant[] } {
  const { listOrder, listTotal, listShift, listFailedPageCode } = faults.values;
  const later = asked.offset > 0;
  if (later && faults.take('listFailedPages')) throw new WechatError(listFailedPageCode);
  const shift = !later || listShift === 'none' ? 0 : listShift === 'skips' ? 1 : -1;
  const drift = !later || listTotal === 'true' ? 0 : listTotal === 'grows' ? 1 : -1;
  const total = grants.length + drift;
  if (later && faults.take('listEmptyPages')) return { total, page: [] };
  const count = faults.take('listShortPages') ? Math.floor(asked.count / 2) : asked.count;
  const from = asked.offset + shift;
  return { total, page: inOrder(grants, listOrder).slice(from, from + count) };
}

function inOrder(grants: Grant[], order: 'oldest-first' | 'newest-first' | 'by-appid' | 'shuffled'): Grant[] {
  switch (order) {
    case 'oldest-first':
      return grants;
    case 'newest-first':
      return grants.reverse();
    case 'by-appid':
      return grants.sort((a, b) => (a.appid < b.appid ? -1 : 1));
    case 'shuffled':
      return grants
        .map((grant) => ({ grant, at: Math.random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ grant }) => grant);
  }
}
