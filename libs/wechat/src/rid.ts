const RID = /\brid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})/i;

/** WeChat's request id, the last word of an errmsg; null when there is none. WeChat can look it up for 7 days. */
export function readRid(errmsg: unknown): string | null {
  return typeof errmsg === 'string' ? (RID.exec(errmsg)?.[1] ?? null) : null;
}
