/** Milliseconds since 1970. */
export type Now = () => number;
/** Resolves after `ms` milliseconds; rejects with the signal's reason if it aborts first. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;
/** A number in [0, 1). */
export type Random = () => number;
