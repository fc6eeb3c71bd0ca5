import { messageOf } from './errors.ts';
import { startLocalSystem } from './start.ts';
import { createTerminal } from './terminal.ts';

/**
 * `npm start`: the process around the local system. Signals, exit codes and what is said last are here and nowhere
 * else. The first SIGINT or SIGTERM stops cleanly (exit 0), the second ends at once.
 */

/** How often a process that npm started looks whether npm is still there. */
const PARENT_CHECK_MS = 500;

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const terminal = createTerminal(process.stdout);
const stopping = new AbortController();
const stopped = new Promise<undefined>((resolve) => {
  stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
});

stopWithNpm();
// A reader that went away (`npm start | head`) is no reason to end.
process.stdout.on('error', () => undefined);
for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(exitCode);
    stop('Stopping; a second signal ends at once.');
  });
}

process.exit(await run());

async function run(): Promise<number> {
  try {
    const system = await startLocalSystem({ env: process.env, terminal, signal: stopping.signal });
    terminal.line(`ready ${system.url}`);
    const failure = await Promise.race([stopped, system.died]);
    await system.stop();
    if (failure === undefined) return 0;
    fail(failure);
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    terminal.endProgress();
    fail(error);
  }
  return 1;
}

function stop(reason: string): void {
  terminal.endProgress();
  terminal.line(reason);
  stopping.abort();
}

/**
 * npm hands a SIGTERM to the shell between the two of us, which dies of it and tells nobody, so the shell's end is the
 * signal. Only under npm: a process that was put in the background on purpose outlives its shell.
 */
function stopWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!stopping.signal.aborted) stop('npm is gone: stopping.');
  }, PARENT_CHECK_MS);
  timer.unref();
}

function fail(error: unknown): void {
  process.stderr.write(`atom-sync can't run: ${messageOf(error)}\n`);
}
