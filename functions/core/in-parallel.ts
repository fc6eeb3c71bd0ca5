import pLimit from 'p-limit';

/**
 * Works through items, at most `concurrency` of them at once. After the first failure no other item is begun.
 *
 * @throws the first failure in the order of the items, once everything that was under way has ended: no write of a
 *   caller that has failed goes on behind its back
 */
export async function inParallel<T>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit(concurrency);
  let hasFailed = false;
  const one = async (item: T) => {
    if (hasFailed) return;
    try {
      await work(item);
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  await allEnded(Array.from(items, (item) => limit(one, item)));
}

/** Waits until all have ended, and only then throws the first failure, in the order given. */
export async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
