import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import {
  type ContainerData,
  type ContainerMessage,
  type FunctionFailure,
  failureOf,
  type InvokeMessage,
} from './lambda-messages.ts';

/** What one invocation comes to: the answer's JSON, or why there is none. */
export type ContainerOutcome = { readonly payload: string } | { readonly failure: FunctionFailure };

/** One execution environment: a worker thread that takes one invocation at a time. */
export type Container = {
  /** False once it crashed, timed out or was ended: it takes no further invocation. */
  readonly alive: boolean;
  /** Never rejects: whatever goes wrong is the outcome. */
  invoke(requestId: string, payload: string): Promise<ContainerOutcome>;
  terminate(): Promise<void>;
};

/** What a container is started with. */
export type ContainerOptions = ContainerData & {
  readonly environment: Record<string, string>;
  readonly timeoutMs: number;
  /** Takes what the function writes, as it comes. */
  readonly onOutput: (text: string) => void;
};

/** Lambda's own limit for loading the code. */
const INIT_TIMEOUT_MS = 10_000;
/** The shares of a function's memory that Lambda gives to V8's old generation and to each of its semi-spaces. */
const HEAP_SHARE = 0.9;
const SEMI_SPACE_SHARE = 0.05;

/**
 * Starts a container; the code is loaded at once, in its own environment (`process.env` holds `environment` and
 * nothing of this process).
 */
export function startContainer(options: ContainerOptions): Container {
  const { environment, timeoutMs, onOutput, ...data } = options;
  const worker = new Worker(new URL('./lambda-worker.ts', import.meta.url), {
    workerData: data satisfies ContainerData,
    env: environment,
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: Math.ceil(data.memoryMb * HEAP_SHARE),
      // V8 counts three semi-spaces.
      maxYoungGenerationSizeMb: Math.ceil(3 * data.memoryMb * SEMI_SPACE_SHARE),
    },
  });
  for (const stream of [worker.stdout, worker.stderr]) forward(stream, onOutput);
  const state = watch(worker);
  const initialised = within(state.next(), INIT_TIMEOUT_MS, () => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `The function's code took longer than ${INIT_TIMEOUT_MS / 1000} seconds to load`,
  }));
  return {
    get alive() {
      return state.alive;
    },
    terminate: () => state.end(),
    invoke: async (requestId, payload) => {
      const start = await initialised;
      if ('errorType' in start) return fail(state, start);
      if (start.kind === 'init-failed') return fail(state, start.failure);
      const deadline = Date.now() + timeoutMs;
      const answer = state.next();
      worker.postMessage({ requestId, payload, deadline } satisfies InvokeMessage);
      const end = await within(answer, timeoutMs, () => timedOut(requestId, timeoutMs));
      if ('errorType' in end) return fail(state, end);
      if (end.kind === 'result') return { payload: end.payload };
      // An error that the handler threw leaves the container usable, as in Lambda.
      if (end.kind === 'failed') return { failure: end.failure };
      return fail(state, { errorType: 'Runtime.Unknown', errorMessage: `Unexpected ${end.kind}` });
    },
  };
}

async function fail(state: WorkerState, failure: FunctionFailure): Promise<ContainerOutcome> {
  await state.end();
  return { failure };
}

function timedOut(requestId: string, timeoutMs: number): FunctionFailure {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

type WorkerState = {
  readonly alive: boolean;
  /** The next message, or the failure that came in its place. */
  next(): Promise<ContainerMessage | FunctionFailure>;
  end(): Promise<void>;
};

function watch(worker: Worker): WorkerState {
  let death: FunctionFailure | undefined;
  let waiting: ((value: ContainerMessage | FunctionFailure) => void) | undefined;
  const deliver = (value: ContainerMessage | FunctionFailure) => {
    waiting?.(value);
    waiting = undefined;
  };
  const die = (failure: FunctionFailure) => {
    death ??= failure;
    deliver(death);
  };
  worker.on('message', deliver);
  worker.on('error', (error) => die(crashOf(error)));
  worker.on('exit', (code) =>
    die({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}` }),
  );
  return {
    get alive() {
      return death === undefined;
    },
    next: () =>
      new Promise((resolve) => {
        if (death !== undefined) resolve(death);
        else waiting = resolve;
      }),
    end: async () => {
      await worker.terminate();
    },
  };
}

function crashOf(error: unknown): FunctionFailure {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { errorType: 'Runtime.OutOfMemory', errorMessage: 'Runtime exited with error: signal: killed' };
  }
  return failureOf(error);
}

function within<T>(
  promise: Promise<T>,
  ms: number,
  otherwise: () => FunctionFailure,
): Promise<T | FunctionFailure> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise()), ms);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

function forward(stream: Readable, onOutput: (text: string) => void): void {
  stream.setEncoding('utf8');
  stream.on('data', onOutput);
}
