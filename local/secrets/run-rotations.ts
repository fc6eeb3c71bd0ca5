import { z } from 'zod';
import type { LambdaRuntime } from '#local/lambda/lambda-runtime.ts';
import type { Terminal } from '#local/terminal.ts';
import type { RotationRunner } from './secret-rotation.ts';

const failure = z.object({ errorMessage: z.string() });

/** Runs the steps of rotations on the functions of this computer, and tells how they end. */
export function runRotations(
  runtime: Pick<LambdaRuntime, 'resolve' | 'invoke'>,
  terminal: Pick<Terminal, 'line'>,
): RotationRunner {
  return {
    invoke: async (lambdaArn, step) => {
      const name = runtime.resolve(lambdaArn);
      if (name === undefined) return `there is no function ${lambdaArn}`;
      const result = await runtime.invoke(name, JSON.stringify(step));
      if (result.functionError === undefined) return undefined;
      return failure.safeParse(JSON.parse(result.payload)).data?.errorMessage ?? 'the function failed';
    },
    onEnd: (outcome) => {
      if (outcome.failure === undefined) terminal.line(`The secret ${outcome.secret} was rotated.`);
      else {
        const { step, reason } = outcome.failure;
        terminal.line(`The secret ${outcome.secret} was not rotated: ${step} failed. ${reason}`);
      }
    },
  };
}
