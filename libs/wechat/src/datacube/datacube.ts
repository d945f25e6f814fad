import { addDays, type ShanghaiDate, shanghaiDate, shanghaiDay, shanghaiHour } from '@app/kernel';

/** The rules of getusercumulate, in Asia/Shanghai days. Source: api_getusercumulate.html. */
export const DATACUBE = {
  /** As openapi/quota/get wants it named. */
  path: '/datacube/getusercumulate',
  /** WeChat stores data from this day on. */
  firstDay: shanghaiDate('2014-12-01'),
  /** First and last day included; one more answers 61501. */
  maxWindowDays: 7,
  /** Yesterday's row can be asked for from this hour. */
  readyHour: 8,
  /** The permission set that the call needs: user management. */
  userManagementSet: 2,
} as const;

/** The newest day WeChat can have data of: yesterday from 08:00 on, before that the day before. */
export function latestDay(now: Date): ShanghaiDate {
  return addDays(shanghaiDay(now), shanghaiHour(now) >= DATACUBE.readyHour ? -1 : -2);
}
