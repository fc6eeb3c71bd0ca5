/** A function of the template, its environment resolved. */
export type FunctionDefinition = {
  name: string;
  /** What a person calls it: its folder in `functions/`. */
  title: string;
  arn: string;
  /** Directory of the bundle. */
  codeDir: string;
  /** `<file>.<export>`. */
  handler: string;
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
  /** Reserved concurrency; the runtime's own maximum where it is absent. */
  reservedConcurrency?: number;
  asyncInvoke: AsyncInvoke;
};

/** What happens to an asynchronous invocation that fails. */
export type AsyncInvoke = {
  /** 0–2; Lambda's default is 2. */
  maximumRetryAttempts: number;
  /** Lambda's default is 6 hours. */
  maximumEventAgeMs: number;
  /** Name of the queue that gets what failed for good. */
  onFailureQueue?: string;
};
