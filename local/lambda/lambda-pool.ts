import type { FunctionDefinition } from './function-definition.ts';
import { type Container, type ContainerOutcome, startContainer } from './lambda-container.ts';

/** The containers of one function. */
export type Pool = {
  readonly definition: FunctionDefinition;
  /** Runs one invocation in a container that is free, in a new one, or, past the maximum, once one is free. */
  run(requestId: string, payload: string): Promise<ContainerOutcome>;
  terminate(): Promise<void>;
};

/** What a pool is made from. */
export type PoolOptions = {
  readonly definition: FunctionDefinition;
  /** The whole `process.env` of a container. */
  readonly environment: () => Record<string, string>;
  /** Containers at once; the function's reserved concurrency may lower it. */
  readonly maximum: number;
  /** Takes what the function writes. */
  readonly onOutput: (text: string) => void;
};

/** Makes a pool without containers; they start with the invocations that need one. */
export function createPool({ definition, environment, maximum, onOutput }: PoolOptions): Pool {
  const limit = Math.min(definition.reservedConcurrency ?? maximum, maximum);
  const all = new Set<Container>();
  const idle: Container[] = [];
  const waiting: (() => void)[] = [];

  const open = (): Container => {
    const { name: functionName, arn: functionArn, memoryMb, codeDir, handler } = definition;
    const { timeoutMs } = definition;
    const code = { functionName, functionArn, memoryMb, codeDir, handler };
    const container = startContainer({ ...code, environment: environment(), timeoutMs, onOutput });
    all.add(container);
    return container;
  };

  const acquire = async (): Promise<Container> => {
    for (;;) {
      const container = idle.pop();
      if (container?.alive) return container;
      // Crashed while it was idle.
      if (container !== undefined) all.delete(container);
      else if (all.size < limit) return open();
      else await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };

  const release = (container: Container): void => {
    if (container.alive) idle.push(container);
    else all.delete(container);
    waiting.shift()?.();
  };

  return {
    definition,
    run: async (requestId, payload) => {
      const container = await acquire();
      try {
        return await container.invoke(requestId, payload);
      } finally {
        release(container);
      }
    },
    terminate: async () => {
      await Promise.all([...all].map((container) => container.terminate()));
    },
  };
}
