/** Hands a function its event and does not wait for what it does with it. */
export type Invoke = (event: Readonly<Record<string, unknown>>) => Promise<void>;
