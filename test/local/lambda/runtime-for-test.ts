import { onTestFinished } from 'vitest';
import type { FunctionDefinition } from '#local/lambda/function-definition.ts';
import type { FunctionFailure } from '#local/lambda/lambda-messages.ts';
import { createLambdaRuntime, type LambdaRuntimeOptions } from '#local/lambda/lambda-runtime.ts';

/** A runtime until the test's end, and what it told. */
export function runtimeForTest(
  definitions: FunctionDefinition[],
  options: Partial<LambdaRuntimeOptions> = {},
) {
  const output: string[] = [];
  const failures: FunctionFailure[] = [];
  const sent: { queue: string; record: Record<string, unknown> }[] = [];
  const runtime = createLambdaRuntime({
    functions: definitions,
    onOutput: (_, text) => output.push(text),
    onFailure: (_, failure) => failures.push(failure),
    sendToQueue: async (queue, body) => void sent.push({ queue, record: JSON.parse(body) }),
    retryDelaysMs: [5, 10],
    ...options,
  });
  onTestFinished(() => runtime.close(0));
  return { runtime, output, failures, sent };
}
