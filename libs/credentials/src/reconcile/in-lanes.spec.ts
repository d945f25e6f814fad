import { inLanes } from './in-lanes';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('inLanes', () => {
  it('does every item once, no more at once than there are lanes', async () => {
    const seen: number[] = [];
    let [now, most] = [0, 0];
    await inLanes(
      Array.from({ length: 50 }, (_, i) => i),
      4,
      async (item) => {
        most = Math.max(most, ++now);
        await tick();
        seen.push(item);
        now--;
      },
    );
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(most).toBe(4);
  });

  it('begins nothing after a failure, waits for what is under way, and throws it', async () => {
    const [begun, ended]: [number[], number[]] = [[], []];
    const work = inLanes([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await tick();
      ended.push(item);
    });
    await expect(work).rejects.toThrow('first');
    expect([begun, ended]).toEqual([[1, 2], [2]]);
  });
});
