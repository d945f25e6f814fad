/** Permission set 2, user management: getusercumulate needs it (official page of the call). */
export const USER_MANAGEMENT_SET = 2;

export interface PermissionChanges {
  readonly granted: readonly number[];
  readonly withdrawn: readonly number[];
}

/** What WeChat's answer changes: sets are compared one by one, so the history names exactly what came and went. */
export function permissionChanges(stored: readonly number[], told: readonly number[]): PermissionChanges {
  const before = new Set(stored);
  const after = new Set(told);
  return {
    granted: [...after].filter((id) => !before.has(id)),
    withdrawn: [...before].filter((id) => !after.has(id)),
  };
}
