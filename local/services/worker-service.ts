import { parentPort, Worker, workerData } from 'node:worker_threads';
import { EmbeddedServiceError, type LocalError, messageOf } from '#local/errors.ts';
import { type ErrorFacts, errorFactsOf, storageTrouble } from './storage-trouble.ts';

/**
 * An HTTP service that runs in a worker thread of its own.
 *
 * A thread and not a process: it can't outlive its parent (kill -9 included), and it starts in a third of the time.
 */
export type WorkerService<Facts> = {
  /** What the service told of itself when it was ready. */
  readonly facts: Facts;
  /** Settles only if the service dies by itself or no longer answers, with the reason. */
  readonly died: Promise<LocalError>;
  /** Tells the service that the whole system is ready. */
  systemIsReady(): void;
  /** Ends the service; one that doesn't end by itself in time is cut off. May be called when it is dead. */
  close(): Promise<void>;
};

/** What a worker's start answers. */
export type ServedService<Facts> = {
  readonly facts: Facts;
  readonly close: () => Promise<void>;
  /** Called once the whole system is ready. */
  readonly onSystemReady?: () => void;
};

/** How long a service may take, and where its data are. */
export type WorkerServiceOptions = {
  /** Directory or file that holds its data, for messages. */
  readonly path?: string;
  /** How long it may take to be ready; default 30 s. */
  readonly startLimitMs?: number;
  /** How often it is asked whether it is still there; default 1 s. */
  readonly beatMs?: number;
  /** After so many questions in a row without an answer it counts as dead; default 30. */
  readonly missedBeats?: number;
  /** How long its close may take; default 10 s. */
  readonly closeLimitMs?: number;
};

const Signal = { systemReady: 'system-ready', close: 'close', beat: 'beat' } as const;

type Report<Facts> =
  | { readonly kind: 'ready'; readonly facts: Facts }
  | { readonly kind: 'failed'; readonly message: string; readonly error?: ErrorFacts }
  | { readonly kind: 'beat' };

/** A thread that doesn't even end when it is cut off hangs in the system itself; nobody waits for it longer. */
const TERMINATE_LIMIT_MS = 2000;

/**
 * Starts a module as a worker and waits until it is ready.
 *
 * @param name for messages, e.g. `DynamoDB`.
 * @param module the worker's file; it calls {@link serveFromWorker}.
 * @throws DiskFullError, DataDirectoryUnusableError, TooManyOpenFilesError when it can't keep its data;
 *   EmbeddedServiceError when it fails otherwise before it is ready, or isn't in time.
 */
export async function startWorkerService<Facts>(
  name: string,
  module: URL,
  data: unknown,
  options: WorkerServiceOptions = {},
): Promise<WorkerService<Facts>> {
  const worker = new Worker(module, { workerData: data });
  const life = watchLife(worker, name, options.path);
  const facts = await untilReady<Facts>(worker, life, name, options);
  const stopBeats = watchBeats(worker, options, (silenceMs) =>
    life.die(new EmbeddedServiceError(`The embedded ${name} hasn't answered for ${silenceMs / 1000} s.`)),
  );
  void life.exited.then(stopBeats);
  return {
    facts,
    died: life.died,
    systemIsReady: () => worker.postMessage(Signal.systemReady),
    close: async () => {
      stopBeats();
      const isDead = life.expectEnd();
      if (!isDead) worker.postMessage(Signal.close);
      const { closeLimitMs = 10_000 } = options;
      const ended = isDead ? undefined : await within(life.exited, closeLimitMs);
      if (ended === undefined) await cutOff(worker, life);
    },
  };
}

/** A thread and how it ends. */
type Life = {
  readonly exited: Promise<number>;
  /** Settles when it ends, or is given up, before that is expected. */
  readonly died: Promise<LocalError>;
  die(error: LocalError): void;
  /** From now on an end is no death. Answers whether it was dead before. */
  expectEnd(): boolean;
  /** What went wrong, in the words that are told. */
  failure(what: string, message: string, cause?: unknown): LocalError;
};

function watchLife(worker: Worker, name: string, path = name): Life {
  let state: 'alive' | 'dead' | 'ending' = 'alive';
  const { promise: died, resolve } = Promise.withResolvers<LocalError>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<number>();
  const life: Life = {
    exited,
    died,
    die: (error) => {
      if (state !== 'alive') return;
      state = 'dead';
      resolve(error);
    },
    expectEnd: () => {
      const isDead = state === 'dead';
      state = 'ending';
      return isDead;
    },
    failure: (what, message, cause) =>
      storageTrouble(cause, path) ??
      new EmbeddedServiceError(`The embedded ${name} ${what}: ${message}`, { cause }),
  };
  worker.once('error', (error) => life.die(life.failure('failed', messageOf(error), error)));
  worker.once('exit', (code) => {
    life.die(new EmbeddedServiceError(`The embedded ${name} ended by itself (${code}).`));
    exit(code);
  });
  return life;
}

async function untilReady<Facts>(
  worker: Worker,
  life: Life,
  name: string,
  { startLimitMs = 30_000 }: WorkerServiceOptions,
): Promise<Facts> {
  const report = await within(Promise.race([firstReport<Facts>(worker), life.died]), startLimitMs);
  if (report instanceof Error) throw report;
  if (report?.kind === 'ready') return report.facts;
  life.expectEnd();
  await cutOff(worker, life);
  if (report?.kind === 'failed') throw life.failure("didn't start", report.message, report.error);
  throw new EmbeddedServiceError(
    `The embedded ${name} didn't start within ${startLimitMs / 1000} s: the computer may be overloaded, or its disk hang.`,
  );
}

async function cutOff(worker: Worker, { exited }: Life): Promise<void> {
  void worker.terminate();
  await within(exited, TERMINATE_LIMIT_MS);
}

function firstReport<Facts>(worker: Worker): Promise<Report<Facts>> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
  });
}

/**
 * Asks a service at each beat whether it is there. Questions are counted and not the time: a computer that slept, or a
 * process that was stopped, has asked nothing meanwhile.
 */
function watchBeats(
  worker: Worker,
  { beatMs = 1000, missedBeats = 30 }: WorkerServiceOptions,
  onSilence: (silenceMs: number) => void,
): () => void {
  let unanswered = 0;
  worker.on('message', () => {
    unanswered = 0;
  });
  const timer = setInterval(() => {
    unanswered += 1;
    if (unanswered > missedBeats) onSilence(missedBeats * beatMs);
    else worker.postMessage(Signal.beat);
  }, beatMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** What a promise comes to, or undefined when that takes too long. */
async function within<T>(promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/**
 * The worker's side: starts the service, reports, and ends the thread when the parent asks for it.
 *
 * @param start gets the parent's data; returns what the parent has to know and how to stop.
 */
export async function serveFromWorker<Data, Facts>(
  start: (data: Data) => Promise<ServedService<Facts>>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new EmbeddedServiceError('This module only runs as a worker.');
  const send = (report: Report<Facts>) => port.postMessage(report);
  try {
    const { facts, close, onSystemReady } = await start(workerData as Data);
    port.on('message', (signal) => {
      if (signal === Signal.beat) send({ kind: 'beat' });
      else if (signal === Signal.close) void close().finally(() => process.exit(0));
      else onSystemReady?.();
    });
    send({ kind: 'ready', facts });
  } catch (error) {
    send({ kind: 'failed', message: messageOf(error), error: errorFactsOf(error) });
  }
}
