import { Gather } from './gather';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('Gather', () => {
  it('reads once for all who ask in one turn', async () => {
    const reads: number[][] = [];
    const gather = new Gather<number, number>((keys) => Promise.resolve(reads.push([...keys])));
    const answers = await Promise.all([[1], [2, 3], []].map((keys) => gather.ask(keys)));
    expect([answers, reads]).toEqual([[1, 1, 1], [[1, 2, 3]]]);
  });

  it('answers nobody by a read that began before he asked', async () => {
    let state = 'old';
    const ends: (() => void)[] = [];
    const gather = new Gather<number, string>(async () => {
      const seen = state;
      await new Promise<void>((resolve) => ends.push(resolve));
      return seen;
    });
    const early = gather.ask([1]);
    await turns();
    state = 'new';
    const late = [gather.ask([2]), gather.ask([3])];
    await turns();
    expect(ends).toHaveLength(1);
    ends[0]!();
    expect(await early).toBe('old');
    await turns();
    ends[1]!();
    expect(await Promise.all(late)).toEqual(['new', 'new']);
    expect(ends).toHaveLength(2);
  });

  it('goes on after a read that failed', async () => {
    let isAway = true;
    const gather = new Gather<number, string>(() =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve('ok'),
    );
    const asked = [gather.ask([1]), gather.ask([2])];
    await expect(asked[0]).rejects.toThrow('away');
    await expect(asked[1]).rejects.toThrow('away');
    isAway = false;
    expect(await gather.ask([1])).toBe('ok');
  });
});
