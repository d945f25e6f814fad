import fc from 'fast-check';
import { behind, byNewest, placeKey, placeOf, TIMELINE_KINDS, type TimelinePlace } from './timeline-policy';

const places = fc.uniqueArray(
  fc.record({
    at: fc.integer({ min: 0, max: 5 }).map((ms) => new Date(ms)),
    kind: fc.constantFrom(...TIMELINE_KINDS),
    id: fc.integer({ min: 1, max: 4 }),
  }),
  { selector: placeKey },
);

/** What the queries do, one a kind, and what is made of them. */
function page(all: readonly TimelinePlace[], after: TimelinePlace | null, limit: number): TimelinePlace[] {
  return TIMELINE_KINDS.flatMap((kind) => {
    const { at, belowId } = behind(after, kind);
    const rows = all.filter(
      (one) => one.kind === kind && (one.at < at || (one.at.getTime() === at.getTime() && one.id < belowId)),
    );
    return rows.sort(byNewest).slice(0, limit);
  })
    .sort(byNewest)
    .slice(0, limit);
}

describe('the pages of a timeline', () => {
  it('hold every entry once, the newest first, however many happened at one moment', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const seen: TimelinePlace[] = [];
        for (;;) {
          const last = seen.at(-1);
          const next = page(all, last ? placeOf(placeKey(last)) : null, limit);
          if (next.length === 0) break;
          seen.push(...next);
        }
        expect(seen.map(placeKey)).toEqual(all.toSorted(byNewest).map(placeKey));
      }),
    );
  });

  it.each(['7', '1.call.x', '1.other.1', '-1.call.1'])('go on from no other list’s cursor: %s', (key) => {
    expect(() => placeOf(key)).toThrow(expect.objectContaining({ code: 'cursor_invalid' }));
  });
});
