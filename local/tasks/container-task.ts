import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#local/errors.ts';
import { storageTrouble } from '#local/services/storage-trouble.ts';

/** A task of the template that a service keeps running, its environment resolved. */
export type TaskDefinition = {
  /** Its container's name: the folder in `functions/`. */
  readonly name: string;
  /** Directory of the bundle. */
  readonly codeDir: string;
  readonly environment: Record<string, string>;
  /** Where the container may write, by path; everything else is read-only there. */
  readonly volumes: readonly string[];
  readonly memoryMb: number;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutMs: number;
  /** How many of it the service keeps running. */
  readonly count: number;
};

/** One task, kept running. */
export type ContainerTask = {
  start(): void;
  /** Tells it to stop and waits for it. */
  stop(): Promise<void>;
};

/** A task, its surroundings, and who hears of it. */
export type ContainerTaskOptions = {
  readonly definition: TaskDefinition;
  /** The whole `process.env`; taken anew for each process. */
  readonly environment: () => Record<string, string>;
  /** Stands for the container's file system: each volume is a directory in here. */
  readonly volumesDir: string;
  /** Takes what it writes, as it comes. */
  readonly onOutput: (text: string) => void;
  /** Hears why it ended by itself and when it starts again. */
  readonly onTrouble: (message: string) => void;
  /** Before the first restart; twice as long before each further one, up to a minute. Default 1 s. */
  readonly restartDelayMs?: number;
};

const LONGEST_RESTART_DELAY_MS = 60_000;
/** One that lived as long was all right: its end is the first of its kind. */
const SETTLED_AFTER_MS = 60_000;
/** A stop of the whole system takes no longer than this for a task, whatever the template allows. */
const LONGEST_STOP_MS = 20_000;
/** The share of a container's memory that Node gives to V8's old generation there. */
const HEAP_SHARE = 0.5;

/** Keeps a task running as its service does: a process of its own, started again when it ends. */
export function createContainerTask(options: ContainerTaskOptions): ContainerTask {
  const { definition, onTrouble, restartDelayMs = 1000 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let child: ChildProcess | undefined;
  let keeping: Promise<void> | undefined;

  /** Answers how it ended. A volume that can't be made, on a full disk say, is one such end. */
  const runOnce = async (): Promise<string> => {
    try {
      child = startProcess(options);
      return await endOf(child);
    } catch (error) {
      return messageOf(storageTrouble(error, options.volumesDir) ?? error);
    }
  };

  const keepRunning = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = performance.now();
      const ending = await runOnce();
      if (signal.aborted) return;
      failures = performance.now() - startedAt < SETTLED_AFTER_MS ? failures + 1 : 1;
      const wait = Math.min(restartDelayMs * 2 ** (failures - 1), LONGEST_RESTART_DELAY_MS);
      onTrouble(`ended by itself (${ending}); it starts again in ${wait / 1000} s`);
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    start: () => {
      keeping ??= keepRunning();
    },
    stop: async () => {
      stopping.abort();
      child?.kill('SIGTERM');
      const timer = setTimeout(
        () => child?.kill('SIGKILL'),
        Math.min(definition.stopTimeoutMs, LONGEST_STOP_MS),
      );
      await keeping;
      clearTimeout(timer);
    },
  };
}

function startProcess({ definition, environment, volumesDir, onOutput }: ContainerTaskOptions): ChildProcess {
  const { codeDir, volumes, memoryMb } = definition;
  for (const path of volumes) makeEmpty(join(volumesDir, path));
  // A group of its own: Control-C in a terminal is meant for the system, which tells it when its turn has come. The
  // channel is how it notices that this process is gone.
  const child = fork(new URL('./task-process.ts', import.meta.url), [join(codeDir, 'index.mjs')], {
    cwd: codeDir,
    env: inVolumes(environment(), volumes, volumesDir),
    execArgv: [`--max-old-space-size=${Math.ceil(memoryMb * HEAP_SHARE)}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
  return child;
}

/** A volume is empty when its task begins. */
function makeEmpty(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Paths in a volume become paths in its directory: two systems on this computer must not share a `/tmp`. */
function inVolumes(
  environment: Record<string, string>,
  volumes: readonly string[],
  volumesDir: string,
): Record<string, string> {
  const isInVolume = (value: string) => volumes.some((path) => value.startsWith(`${path}/`));
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      isInVolume(value) ? join(volumesDir, value) : value,
    ]),
  );
}

/** The exit code, the signal or the failure that ended a process, in words. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}
