/** What the runtime and the worker thread of a container say to each other. */
export type ContainerData = {
  functionName: string;
  functionArn: string;
  memoryMb: number;
  /** Directory of the bundle. */
  codeDir: string;
  /** `<file>.<export>`, as in the template. */
  handler: string;
};

export type InvokeMessage = { requestId: string; payload: string; deadline: number };

/** An error as Lambda reports it to the caller. */
export type FunctionFailure = { errorType: string; errorMessage: string; trace?: string[] };

export type ContainerMessage =
  | { kind: 'ready' }
  | { kind: 'init-failed'; failure: FunctionFailure }
  | { kind: 'result'; requestId: string; payload: string }
  | { kind: 'failed'; requestId: string; failure: FunctionFailure };

/** Lambda's limit for what it is given when the answer is waited for: 6 MB. */
export const MAX_REQUEST_BYTES = 6 * 1024 * 1024;

/** Lambda's limit for what a function answers: 6 MB, and 100 bytes for whatever frames it. */
const MAX_ANSWER_BYTES = MAX_REQUEST_BYTES + 100;

/** What Lambda calls an answer above the limit. */
export const ANSWER_TOO_LARGE = 'Function.ResponseSizeTooLarge';

/** The failure of an invocation whose answer is above the limit; undefined where it is not. */
export function failureOfSize(payload: string): FunctionFailure | undefined {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= MAX_ANSWER_BYTES) return undefined;
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`;
  return { errorType: ANSWER_TOO_LARGE, errorMessage };
}

/** An error in Lambda's words: its type, its message and the lines of its stack. */
export function failureOf(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  const trace = (error.stack ?? '').split('\n').map((line) => line.trim());
  return { errorType: error.name, errorMessage: error.message, trace };
}
