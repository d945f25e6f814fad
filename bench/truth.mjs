/** Days since 1970-01-01. @param {string} date YYYY-MM-DD */
export const dayNumber = (date) => Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000);

/** What the benchmarks' WeChat says an account had on a day. */
export const usersOn = (seed, day) => 1_000 + seed * 7 + (day % 1_009);
