import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MeasurementError } from '#bench/report/errors.ts';

/** A server in a process of its own, so that the measured process does nothing but the measured work. */
export type ChildService<Facts> = { readonly facts: Facts; stop(): Promise<void> };

const KILL_AFTER_MS = 5_000;

/**
 * Starts a module as a process and waits for the one line of JSON in which it says where it is to be found.
 *
 * @throws Error when it ends before it says so
 */
export async function startChildService<Facts>(
  module: URL,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildService<Facts>> {
  const child = spawn(process.execPath, [module.pathname], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A bench that fails must not leave its servers behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    await stopChild(child);
    process.removeListener('exit', kill);
  };
  try {
    return { facts: JSON.parse(await firstLine(child, module)) as Facts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function firstLine(child: ChildProcess, module: URL): Promise<string> {
  if (child.stdout === null) throw new MeasurementError('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new MeasurementError(`${module.pathname.split('/').slice(-2).join('/')} ended before it was ready.`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await exited;
  clearTimeout(timer);
}
