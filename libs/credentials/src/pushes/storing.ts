import { AppError } from '@app/kernel';
import { asUnavailable } from '@app/platform';

/** Whatever keeps us from reading or storing, WeChat must push again. */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = asUnavailable(error);
    throw known instanceof AppError ? known : new AppError('unavailable', 'push_not_stored', { cause: error });
  }
}
