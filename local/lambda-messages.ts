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

/** An error in Lambda's words: its type, its message and the lines of its stack. */
export function failureOf(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  const trace = (error.stack ?? '').split('\n').map((line) => line.trim());
  return { errorType: error.name, errorMessage: error.message, trace };
}
