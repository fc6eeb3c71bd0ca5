/** What has to be closed when the system stops, in the reverse order of its opening. */
export type Closers = {
  /** One that comes after all were closed is closed at once: what was still starting must not stay open. */
  add(close: () => Promise<void> | void): void;
  /** Closes everything once; one that fails doesn't keep the others open. May be called twice. */
  closeAll(): Promise<void>;
};

/** Makes an empty list of closers. */
export function createClosers(): Closers {
  const stack: (() => Promise<void> | void)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    for (let close = stack.pop(); close !== undefined; close = stack.pop()) {
      await Promise.resolve()
        .then(close)
        .catch(() => undefined);
    }
  };
  return {
    add: (close) => {
      stack.push(close);
      if (closing !== undefined) closing = closing.then(closeAll);
    },
    closeAll: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
