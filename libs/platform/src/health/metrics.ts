import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

/** HTTP requests served, by route template (never the path itself). */
export const httpDuration = new Histogram({
  name: 'http_request_seconds',
  help: 'Time to answer an HTTP request, in seconds',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
  registers: [metrics],
});

/** Calls to WeChat, by call name and errcode ('' for an answer without one, 'transport' when there was no answer). */
export const wechatCallDuration = new Histogram({
  name: 'wechat_call_seconds',
  help: 'Time WeChat took to answer, in seconds',
  labelNames: ['call', 'errcode'],
  buckets: [0.02, 0.05, 0.1, 0.3, 1, 3, 10],
  registers: [metrics],
});

export const storedDays = new Counter({
  name: 'stored_days_total',
  help: 'Follower days written to MySQL',
  registers: [metrics],
});

/** Anything here needs a person: see the log for errcode, rid and account. */
export const unexpectedErrcodes = new Counter({
  name: 'unexpected_errcodes_total',
  help: 'Answers of WeChat that ended a task: an errcode nobody here knows, or one that says we called wrongly',
  labelNames: ['errcode'],
  registers: [metrics],
});
