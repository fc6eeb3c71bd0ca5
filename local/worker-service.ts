import { parentPort, Worker, workerData } from 'node:worker_threads';
import { EmbeddedServiceError, messageOf } from './errors.ts';

/**
 * An HTTP service that runs in a worker thread of its own.
 *
 * A thread and not a process: it can't outlive its parent (kill -9 included), and it starts in a third of the time.
 */
export type WorkerService<Facts> = {
  /** What the service told of itself when it was ready. */
  readonly facts: Facts;
  /** Settles only if the service dies by itself, with the reason. */
  readonly died: Promise<EmbeddedServiceError>;
  /** Tells the service that the whole system is ready. */
  systemIsReady(): void;
  close(): Promise<void>;
};

/** What a worker's start answers. */
export type ServedService<Facts> = {
  facts: Facts;
  close: () => Promise<void>;
  /** Called once the whole system is ready. */
  onSystemReady?: () => void;
};

const Signal = { systemReady: 'system-ready', close: 'close' } as const;

type Report<Facts> = { kind: 'ready'; facts: Facts } | { kind: 'failed'; message: string };

/**
 * Starts a module as a worker and waits until it is ready.
 *
 * @param name for messages, e.g. `DynamoDB`.
 * @param module the worker's file; it calls {@link serveFromWorker}.
 * @throws EmbeddedServiceError when it fails before it is ready.
 */
export async function startWorkerService<Facts>(
  name: string,
  module: URL,
  data: unknown,
): Promise<WorkerService<Facts>> {
  const worker = new Worker(module, { workerData: data });
  let closing = false;
  const died = new Promise<EmbeddedServiceError>((resolve) => {
    worker.once('error', (error) =>
      resolve(new EmbeddedServiceError(`The embedded ${name} failed: ${messageOf(error)}`, { cause: error })),
    );
    worker.once('exit', (code) => {
      if (!closing) resolve(new EmbeddedServiceError(`The embedded ${name} ended by itself (${code}).`));
    });
  });
  const report = await Promise.race([
    new Promise<Report<Facts>>((resolve) => {
      worker.once('message', resolve);
    }),
    died,
  ]);
  if (report instanceof Error) throw report;
  if (report.kind === 'failed') {
    closing = true;
    await worker.terminate();
    throw new EmbeddedServiceError(`The embedded ${name} didn't start: ${report.message}`);
  }
  return {
    facts: report.facts,
    died,
    systemIsReady: () => worker.postMessage(Signal.systemReady),
    close: async () => {
      closing = true;
      const exited = new Promise<void>((resolve) => {
        worker.once('exit', () => resolve());
      });
      worker.postMessage(Signal.close);
      await exited;
    },
  };
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
  try {
    const { facts, close, onSystemReady } = await start(workerData as Data);
    port.on('message', (signal) => {
      if (signal === Signal.close) void close().finally(() => process.exit(0));
      else onSystemReady?.();
    });
    port.postMessage({ kind: 'ready', facts });
  } catch (error) {
    port.postMessage({ kind: 'failed', message: messageOf(error) });
  }
}
