const HIDDEN = '[secret]';

/** What WeChat's secrets and ours look like on the wire (shapes: wechat-protocol, value shapes). */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(ticket|preauthcode|queryauthcode|refreshtoken)(@|%40){3}[A-Za-z0-9_-]+/g, `$1@@@${HIDDEN}`],
  [/\b\d{2,3}_[A-Za-z0-9_-]{60,}/g, HIDDEN],
  [/\bwpg_[0-9a-z]{12}_[A-Za-z0-9_-]{20,}/g, HIDDEN],
  [/\bwgt_[A-Za-z0-9_.-]{40,}/g, HIDDEN],
  [
    /((?:access_token|component_access_token|auth_code|pre_auth_code|secret|appsecret|component_appsecret|password|msg_signature)(?:=|\\?":\s*\\?"))[^&"\\\s]+/g,
    `$1${HIDDEN}`,
  ],
  [/(\/(?:connect|r|password|password-links)\/)[A-Za-z0-9_-]{20,}/g, `$1${HIDDEN}`],
  [/(mysql|rediss?):\/\/[^@\s"/]+@/g, `$1://${HIDDEN}@`],
];

/** The last gate before a log line leaves: whatever slipped into it and looks like a secret is cut out. */
export function scrub(line: string): string {
  return SHAPES.reduce((text, [shape, shown]) => text.replace(shape, shown), line);
}
