import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';

const MAX_SECONDS = 15;
const GIVE_UP_MS = 60_000;

/** `npm start` in an empty data directory, from the command to the line that begins with `ready`. */
export async function benchLocalStart({ skills }: BenchOptions): Promise<Line[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'atom-sync-bench-'));
  try {
    return [await start(dataDir, skills)];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function start(dataDir: string, skills: number): Promise<Line> {
  const what = `npm start until ready, ${skills.toLocaleString('en-US')} skills synced`;
  const begin = performance.now();
  // A group of its own, so that npm and what it runs can be told together to stop.
  const child = spawn('npm', ['start'], {
    cwd: join(import.meta.dirname, '../..'),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: '0',
      ATOM_LOCAL_MARKETPLACE_SKILLS: String(skills),
      ATOM_LOCAL_MARKETPLACE_CHANGE_MS: '0',
    },
  });
  const kill = () => signal(child, 'SIGKILL');
  process.once('exit', kill);
  const timer = setTimeout(kill, GIVE_UP_MS);
  const outcome = await readUntilReady(child, skills);
  const seconds = (performance.now() - begin) / 1000;
  clearTimeout(timer);
  await stop(child);
  process.removeListener('exit', kill);
  if (outcome.failure !== undefined) return { what, measured: '', skipped: outcome.failure };
  return {
    what,
    measured: `${seconds.toFixed(1)} s, ${outcome.syncSeconds} s of it the sync`,
    target: { shown: `≤ ${MAX_SECONDS} s`, value: seconds, limit: MAX_SECONDS },
  };
}

type Outcome = { readonly syncSeconds?: string; readonly failure?: string };

async function readUntilReady(child: ChildProcess, skills: number): Promise<Outcome> {
  if (child.stdout === null || child.stderr === null) return { failure: 'it has no output' };
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = text.trim().split('\n').at(-1) ?? '';
  });
  const synced = `First sync: ${skills.toLocaleString('en-US')} skills `;
  let first = '';
  for await (const line of createInterface({ input: child.stdout })) {
    // The summary is the last line of this kind; those before it show the progress.
    if (line.startsWith('First sync')) first = line;
    if (!line.startsWith('ready ')) continue;
    return first.startsWith(synced)
      ? { syncSeconds: / in ([\d.]+) s$/.exec(first)?.[1] }
      : { failure: first };
  }
  return { failure: complaint || `it was not ready after ${GIVE_UP_MS / 1000} s` };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // The group has ended by itself.
  }
}
