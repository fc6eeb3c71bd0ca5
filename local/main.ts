import { resolve } from 'node:path';
import { readArguments } from './arguments.ts';
import { messageOf } from './errors.ts';
import { readLocalSettings } from './local-settings.ts';
import { storageTrouble } from './services/storage-trouble.ts';
import { startLocalSystem } from './start.ts';
import { createTerminal } from './terminal.ts';

/**
 * `npm start`: the process around the local system. Signals, exit codes and what is said last are here and nowhere
 * else. The first SIGINT or SIGTERM stops cleanly (exit 0), the second ends at once. Whatever else ends the system is
 * told first, in one line; then it stops (exit 1). No stop lasts for ever.
 */

/** How often a process that npm started looks whether npm is still there. */
const PARENT_CHECK_MS = 500;

/** A clean stop waits for invocations, the task's last words and each service in turn. */
const STOP_LIMIT_MS = 45_000;
/** After a failure much of that waits for something that is dead. */
const FAILED_STOP_LIMIT_MS = 10_000;

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

const terminal = createTerminal(process.stdout);
const stopping = new AbortController();
const failing = new AbortController();
const ended = new Promise<void>((resolve) => {
  for (const { signal } of [stopping, failing]) {
    signal.addEventListener('abort', () => resolve(), { once: true });
  }
});

stopWithNpm();
// A reader that went away (`npm start | head`) is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(exitCode);
    stop('Stopping; a second signal ends at once.');
  });
}
// What nobody waited for and what nobody foresaw; a rejection without a handler ends here as well.
process.on('uncaughtException', fail);

await run();
process.exit(failing.signal.aborted ? 1 : 0);

async function run(): Promise<void> {
  try {
    const signal = AbortSignal.any([stopping.signal, failing.signal]);
    const { ticketsFile } = readArguments(process.argv.slice(2), process.env.INIT_CWD);
    const system = await startLocalSystem({
      env: process.env,
      terminal,
      signal,
      onFailure: fail,
      ticketsFile,
    });
    terminal.line(`ready ${system.url}`);
    void system.died.then(fail);
    await ended;
    await system.stop();
  } catch (error) {
    fail(error);
  }
}

function stop(reason: string): void {
  terminal.endProgress();
  terminal.line(reason);
  stopping.abort();
  limitStop(STOP_LIMIT_MS);
}

/** Says why, once. After a stop was asked for, what goes wrong is its consequence, and of no interest any more. */
function fail(error: unknown): void {
  if (stopping.signal.aborted || failing.signal.aborted) return;
  const reason = storageTrouble(error, dataDirectory()) ?? error;
  terminal.endProgress();
  process.stderr.write(`atom-sync can't run: ${messageOf(reason)}\n`);
  failing.abort(error);
  limitStop(FAILED_STOP_LIMIT_MS);
}

function dataDirectory(): string {
  try {
    return resolve(readLocalSettings(process.env).local.dataDir);
  } catch {
    return resolve('.local');
  }
}

function limitStop(limitMs: number): void {
  setTimeout(() => {
    process.stderr.write(`atom-sync didn't stop within ${limitMs / 1000} s: it ends now.\n`);
    process.exit(1);
  }, limitMs);
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
