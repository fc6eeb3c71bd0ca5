import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Session } from '#local/services/session-file.ts';
import type { Steering } from './steering.ts';

/** A run of `npm start` in a process of its own, on a free port. */
export type LocalProcess = {
  readonly pid: number;
  /** Everything that it printed. */
  output(): string;
  /** Waits for a line. @throws when the process ends without it. */
  until(line: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Does something to it from inside; only where it was started so. */
  steer(steering: Steering): void;
  /** The exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  session(): Session;
  /** Calls the API with a level's token. */
  call(
    path: string,
    level?: keyof Session['tokens'],
    init?: RequestInit,
  ): Promise<{ status: number; body: Answer }>;
};

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever an answer holds
type Answer = any;

export type LocalProcessOptions = {
  /** Whether a test wants to {@link LocalProcess.steer} it. */
  steered?: boolean;
  /** What a file may grow to, in KiB; as much as it likes where it is absent. */
  fileLimitKib?: number;
  /** What `npm start` is told on its command line. */
  args?: readonly string[];
  /** Has it killed at some other end than that of a test. */
  atEnd?: (cleanUp: () => void) => void;
};

/** Starts `node local/main.ts` as npm does; killed when the test ends, or when `atEnd` has it done. */
export function startProcess(
  dataDir: string,
  settings: Record<string, string> = {},
  { steered = false, fileLimitKib, args = [], atEnd = onTestFinished }: LocalProcessOptions = {},
): LocalProcess {
  const root = join(import.meta.dirname, '../..', '..');
  const { PATH, HOME, BUNDLE_CACHE_DIR, NODE_COMPILE_CACHE } = process.env;
  const preload = steered ? ['--import', join(import.meta.dirname, 'steering.ts')] : [];
  // The shell counts in 512 bytes.
  const limit = fileLimitKib === undefined ? 'unlimited' : String(fileLimitKib * 2);
  const command = [process.execPath, ...preload, 'local/main.ts', ...args];
  const child = spawn('/bin/sh', ['-c', 'ulimit -f "$0" && exec "$@"', limit, ...command], {
    cwd: root,
    env: { PATH, HOME, BUNDLE_CACHE_DIR, NODE_COMPILE_CACHE, PORT: '0', DATA_DIR: dataDir, ...settings },
    stdio: ['ignore', 'pipe', 'pipe', ...(steered ? (['ipc'] as const) : [])],
  });
  atEnd(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (more) => (text += more));
  const exited = exitOf(child);
  const session = () => JSON.parse(readFileSync(join(dataDir, 'session.json'), 'utf8')) as Session;
  return {
    pid: child.pid ?? 0,
    output: () => text,
    exited,
    session,
    kill: (signal) => child.kill(signal),
    steer: (steering) => child.send(steering),
    until: async (line) => {
      let ended = false;
      void exited.then(() => (ended = true));
      while (!line.test(text)) {
        if (ended) throw new Error(`It ended without ${line}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    call: async (path, level, init) => {
      const { api, tokens } = session();
      const headers = level && { authorization: `Bearer ${tokens[level]}` };
      const response = await fetch(`${api}${path}`, { ...init, headers: { ...headers, ...init?.headers } });
      return { status: response.status, body: await response.json() };
    },
  };
}

function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
}
