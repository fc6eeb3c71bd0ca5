import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A process that is there to be killed. */
export type KillableProcess = {
  /** What it printed first. */
  firstLine: string;
  /** Kills it (SIGKILL) and waits until it is gone. */
  kill(): Promise<void>;
};

/** Starts a module and waits for its first line; killed when the test ends. */
export async function startKillable(module: URL, args: readonly string[]): Promise<KillableProcess> {
  const child = spawn(process.execPath, [module.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const firstLine = await firstLineOf(child);
  return {
    firstLine,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstLineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('The process ended before it said anything.');
}
