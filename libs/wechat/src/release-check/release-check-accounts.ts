/**
 * The accounts with which WeChat tests a platform before its full release (全网发布检测), by appid: five Official Accounts,
 * then five mini programs. WeChat authorizes one of each by itself.
 *
 * Sure: the official page releases_instructions.html (Chinese) lists appid and user name of all ten, groups 2 to 5 in use
 * since 2021-01-18; at least five independent projects carry the same pairs (EasyAbp.Abp.WeChat, ThinkAdmin, lixinio/weixin,
 * MoChat, WxJava-based demos). The English page misprints the user name of group 2 and the case of two appids.
 */
const USER_NAMES: ReadonlyMap<string, string> = new Map([
  ['wx570bc396a51b8ff8', 'gh_3c884a361561'],
  ['wx9252c5e0bb1836fc', 'gh_c0f28a78b318'],
  ['wx8e1097c5bc82cde9', 'gh_3f222ed8d140'],
  ['wx14550af28c71a144', 'gh_26128078e9ab'],
  ['wxa35b9c23cfe664eb', 'gh_2b3713f184a6'],
  ['wxd101a85aa106f53e', 'gh_8dad206e9538'],
  ['wxc39235c15087f6f3', 'gh_905ae9d01059'],
  ['wx7720d01d4b2a4500', 'gh_393666f1fdf4'],
  ['wx05d483572dcd5d8b', 'gh_39abb5d4e1b7'],
  ['wx5910277cae6fd970', 'gh_7818dcb60240'],
]);

export function isReleaseCheckAccount(appid: string): boolean {
  return USER_NAMES.has(appid);
}

/** The appid of the test account with this user name; null when it is nobody's of them. */
export function findReleaseCheckAppid(userName: string): string | null {
  for (const [appid, name] of USER_NAMES) if (name === userName) return appid;
  return null;
}
