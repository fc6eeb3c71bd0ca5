/**
 * Pages under work: several at once, completed one after the other in the order in which they were begun. A page whose
 * work fails stays at the head, so that nothing behind it is ever completed before it.
 *
 * @example
 * const window = new PageWindow<Applied>({ size: 3, complete: (applied) => saveCursor(applied) });
 * for await (const page of pages) {
 *   window.begin(apply(page));
 *   await window.makeRoom();
 * }
 * await window.completeAll();
 */
export class PageWindow<T> {
  readonly #size: number;
  readonly #complete: (result: T) => Promise<void>;
  readonly #pages: Promise<T>[] = [];

  /** @param options `size` bounds the pages under work, and with them what is held in memory */
  constructor(options: { readonly size: number; readonly complete: (result: T) => Promise<void> }) {
    this.#size = options.size;
    this.#complete = options.complete;
  }

  /** Takes in the work on a page. Its failure is thrown when its turn comes. */
  begin(work: Promise<T>): void {
    // Until its turn nobody waits for it, and its failure must not be an unhandled rejection.
    work.catch(() => undefined);
    this.#pages.push(work);
  }

  /** Waits until another page may be begun. @throws the failure of the page at the head, or of its completion */
  async makeRoom(): Promise<void> {
    while (this.#pages.length >= this.#size) await this.#completeOldest();
  }

  /** Completes every page. @throws the first failure */
  async completeAll(): Promise<void> {
    while (this.#pages.length > 0) await this.#completeOldest();
  }

  /**
   * To be called after a failure: waits for the work on every page, so that none is under way when this returns, and
   * completes the pages before the first one that failed.
   */
  async completeUpToFailure(): Promise<void> {
    for (const page of await Promise.allSettled(this.#pages)) {
      if (page.status === 'rejected') return;
      await this.#complete(page.value);
    }
  }

  async #completeOldest(): Promise<void> {
    const result = await this.#pages[0];
    this.#pages.shift();
    await this.#complete(result as T);
  }
}
