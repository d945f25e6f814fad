import { BoundedQueue } from './bounded-queue';
import { PasswordHasher } from './password-hasher';

describe('PasswordHasher', () => {
  const hasher = new PasswordHasher();
  beforeAll(() => hasher.onModuleInit());

  it('hashes with argon2id at 19 MiB, two passes, one lane', async () => {
    const hash = await hasher.hash('correct horse battery');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await hasher.matches(hash, 'correct horse battery', 'known')).toBe(true);
    expect(await hasher.matches(hash, 'correct horse batterx', 'known')).toBe(false);
  });

  it('answers no for nobody', async () => {
    expect(await hasher.matches(null, 'correct horse battery', 'stranger')).toBe(false);
  });

  it('turns a flood of strangers away, and keeps nobody waiting who is known', async () => {
    let done = 0;
    const attempts = Array.from({ length: 80 }, () =>
      hasher.matches(null, 'x', 'stranger').then(() => {
        done++;
      }),
    );
    await hasher.matches(null, 'x', 'known');
    expect(done).toBeLessThan(40);
    const results = await Promise.allSettled(attempts);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(80 - 2 - 64);
    expect(refused[0]!.reason).toMatchObject({ kind: 'limited', code: 'login_busy' });
    expect(await hasher.matches(null, 'x', 'stranger')).toBe(false);
  });
});

describe('BoundedQueue', () => {
  it('runs no more at once than allowed, and frees the place of a task that failed', async () => {
    const queue = new BoundedQueue(2, 10);
    let running = 0;
    let most = 0;
    const task = async (fails: boolean): Promise<boolean> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      if (fails) throw new Error('failed');
      return true;
    };
    const results = await Promise.allSettled(
      [true, false, true, false, true].map((fails) => queue.run(() => task(fails))),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(most).toBe(2);
    expect(await queue.run(() => Promise.resolve('again'))).toBe('again');
  });
});
