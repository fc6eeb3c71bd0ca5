/** A function of the template, its environment resolved. */
export type FunctionDefinition = {
  readonly name: string;
  /** What a person calls it: its folder in `functions/`. */
  readonly title: string;
  readonly arn: string;
  /** Directory of the bundle. */
  readonly codeDir: string;
  /** `<file>.<export>`. */
  readonly handler: string;
  readonly environment: Record<string, string>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Reserved concurrency; the runtime's own maximum where it is absent. */
  readonly reservedConcurrency?: number;
  readonly asyncInvoke: AsyncInvoke;
};

/** What happens to an asynchronous invocation that fails. */
type AsyncInvoke = {
  /** 0–2; Lambda's default is 2. */
  readonly maximumRetryAttempts: number;
  /** Lambda's default is 6 hours. */
  readonly maximumEventAgeMs: number;
  /** Name of the queue that gets what failed for good. */
  readonly onFailureQueue?: string;
};
