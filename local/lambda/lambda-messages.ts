/** What the runtime and the worker thread of a container say to each other. */
export type ContainerData = {
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  /** Directory of the bundle. */
  readonly codeDir: string;
  /** `<file>.<export>`, as in the template. */
  readonly handler: string;
};

/** Asks a container for one invocation. */
export type InvokeMessage = {
  readonly requestId: string;
  readonly payload: string;
  readonly deadline: number;
};

/** An error as Lambda reports it to the caller. */
export type FunctionFailure = {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: string[];
};

/** What a container reports. */
export type ContainerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly failure: FunctionFailure }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly failure: FunctionFailure };

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
