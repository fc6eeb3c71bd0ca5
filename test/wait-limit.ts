/** For `vi.waitFor`: how long a test waits for what has to happen. A healthy run on a busy machine comes nowhere near. */
export const WAIT = { timeout: 30_000 };
