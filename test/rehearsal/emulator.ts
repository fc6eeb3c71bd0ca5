import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;

/**
 * Starts ministack and stops with the process that began it, however that ends: its standard input is a pipe, and the end
 * of it ends the whole process group, in which the functions' processes are too.
 */
const PROGRAM = `
import os, signal, sys, threading
def watch():
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=watch, daemon=True).start()
from ministack.app import main
sys.argv = ['ministack']
main()
`;

/** A running emulator: every service of AWS at one address, in memory. */
export type Emulator = { readonly url: string; close(): Promise<void> };

/** What the emulator is started with. */
export type EmulatorOptions = {
  /** The virtual environment with ministack. */
  readonly venv: string;
  /** For its log and whatever it writes. */
  readonly folder: string;
  /** The environment; that of the functions is made from it. */
  readonly env: Readonly<Record<string, string>>;
};

/**
 * Starts ministack on a free port of this machine.
 *
 * @throws Error with the end of its log when it does not answer within a minute
 */
export async function startEmulator({ venv, folder, env }: EmulatorOptions): Promise<Emulator> {
  const port = await freePort();
  const log = join(folder, 'ministack.log');
  const output = openSync(log, 'a');
  const child = spawn(join(venv, 'bin', 'python'), ['-c', PROGRAM], {
    detached: true, // a process group of its own
    cwd: folder,
    stdio: ['pipe', output, output],
    env: { ...env, GATEWAY_PORT: String(port), BIND_HOST: '127.0.0.1', TMPDIR: folder },
  });
  closeSync(output);
  child.stdin?.on('error', () => undefined);
  const url = `http://127.0.0.1:${port}`;
  const close = () => stop(child);
  if (await answers(url, child)) return { url, close };
  await close();
  throw new Error(`ministack does not answer: ${readFileSync(log, 'utf8').slice(-2000)}`);
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  await Promise.race([ended, sleep(STOP_TIMEOUT_MS)]);
}

/** A port that was free a moment ago; ministack has to know its port before it starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
