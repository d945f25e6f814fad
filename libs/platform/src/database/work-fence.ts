import { AsyncLocalStorage } from 'node:async_hooks';
import { type Queries } from './queries';

/** Written into every transaction of some work: it throws when the work is not this process's to do any more. */
type Fence = (db: Queries) => Promise<void>;

const storage = new AsyncLocalStorage<Fence>();

/**
 * Runs work whose transactions, wherever in it they are opened, begin with the fence: they commit together or not at all. What
 * the work set going and did not wait for has no fence once it is over.
 */
export async function runFenced<T>(fence: Fence, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  try {
    return await storage.run((db) => (isOver ? Promise.resolve() : fence(db)), work);
  } finally {
    isOver = true;
  }
}

/** The first statement of each transaction, where there is a fence. */
export async function passFence(db: Queries): Promise<void> {
  await storage.getStore()?.(db);
}
