/** What a task took: on the clock, and on all threads of this process. */
export type Elapsed = { readonly ms: number; readonly cpuMs: number };

/** Runs a task and takes its time. */
export async function timed<T>(
  task: () => Promise<T>,
): Promise<{ readonly value: T; readonly elapsed: Elapsed }> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const value = await task();
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return { value, elapsed: { ms, cpuMs: (user + system) / 1000 } };
}
