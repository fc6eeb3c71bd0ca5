import { describe, expect, it } from 'vitest';
import { PageWindow } from '#functions/skill-sync/page-window.ts';

/** Work that ends when a test says so. */
function createWork(page: number) {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  return { promise, done: () => resolve(page), fail: () => reject(new Error(`Page ${page} failed.`)) };
}

function createWindow(size: number, complete?: (page: number) => Promise<void>) {
  const completed: number[] = [];
  const window = new PageWindow<number>({
    size,
    complete: async (page) => {
      completed.push(page);
      await complete?.(page);
    },
  });
  return { window, completed };
}

describe('Class: PageWindow', () => {
  it('completes pages in the order in which they were begun, whatever order their work ends in', async () => {
    const { window, completed } = createWindow(3);
    const [one, two] = [createWork(1), createWork(2)];
    window.begin(one.promise);
    window.begin(two.promise);
    two.done();
    const done = window.completeAll();
    await Promise.resolve();
    expect(completed).toEqual([]);
    one.done();
    await done;
    expect(completed).toEqual([1, 2]);
  });

  it('completes no page until the window is full, and then the oldest alone', async () => {
    const { window, completed } = createWindow(2);
    window.begin(Promise.resolve(1));
    await window.makeRoom();
    expect(completed).toEqual([]);
    window.begin(Promise.resolve(2));
    await window.makeRoom();
    expect(completed).toEqual([1]);
  });

  it('throws the failure of a page when its turn comes, and completes nothing behind it', async () => {
    const { window, completed } = createWindow(3);
    window.begin(Promise.resolve(1));
    window.begin(Promise.reject(new Error('Page 2 failed.')));
    window.begin(Promise.resolve(3));
    await expect(window.completeAll()).rejects.toThrow('Page 2 failed.');
    await window.completeUpToFailure();
    expect(completed).toEqual([1]);
  });

  it('waits after a failure for all that is under way, and completes what came through before the failure', async () => {
    const { window, completed } = createWindow(9);
    const [one, two, three] = [createWork(1), createWork(2), createWork(3)];
    for (const { promise } of [one, two, three]) window.begin(promise);
    let hasEnded = false;
    const ended = window.completeUpToFailure().then(() => {
      hasEnded = true;
    });
    one.done();
    two.fail();
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasEnded).toBe(false);
    three.done();
    await ended;
    expect(completed).toEqual([1]);
  });

  it('completes a page once, also when that fails', async () => {
    let isBroken = true;
    const { window, completed } = createWindow(1, async () => {
      if (isBroken) throw new Error('The cursor could not be saved.');
    });
    window.begin(Promise.resolve(1));
    await expect(window.makeRoom()).rejects.toThrow('The cursor');
    isBroken = false;
    await window.completeUpToFailure();
    expect(completed).toEqual([1]);
  });
});
