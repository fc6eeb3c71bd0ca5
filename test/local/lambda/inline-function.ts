import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDefinition } from '#local/lambda/function-definition.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

/** Makes a function of the given module text. */
export function inlineFunction(
  code: string,
  overrides: Partial<FunctionDefinition> = {},
): FunctionDefinition {
  const codeDir = temporaryDirectory();
  writeFileSync(join(codeDir, 'index.mjs'), code);
  return {
    name: 'fn',
    title: 'fn',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
    codeDir,
    handler: 'index.handler',
    environment: {},
    timeoutMs: 10_000,
    memoryMb: 128,
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 60_000 },
    ...overrides,
  };
}
