import { fetchNotFound, fetchOver, nothingToRetry, scopeEmpty, tooManyStreams } from './fetching.errors';
import { requestedRange } from './window-policy';

const NOW = new Date('2026-03-10T02:00:00.000Z');

/** What this lib refuses, as its callers get it: a description of routes is made of these. */
export const fetchingRefusals = {
  fetchNotFound,
  fetchOver,
  nothingToRetry,
  scopeEmpty,
  dateInvalid: () => requestedRange('2026-02-30', '2026-03-01', NOW),
  rangeBeforeFirstDay: () => requestedRange('2014-11-30', '2014-12-02', NOW),
  rangeNotOver: () => requestedRange('2026-03-01', '2026-03-10', NOW),
  rangeReversed: () => requestedRange('2026-03-07', '2026-03-06', NOW),
  tooManyStreams: () => tooManyStreams(8),
};
