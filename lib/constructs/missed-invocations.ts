import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { DeadLetters } from './encrypted-queue.ts';

const ID = 'MissedInvocations';

/**
 * The stack's queue of invocations that did not happen: those that the scheduler could not deliver, and events that a
 * function failed on three times. One for all, since each message says whose it is: the scheduler's by its attributes
 * `SCHEDULE_ARN` and `TARGET_ARN`, Lambda's by `requestContext.functionArn` in its body.
 */
export function missedInvocations(scope: Construct): DeadLetters {
  const stack = Stack.of(scope);
  return (stack.node.tryFindChild(ID) as DeadLetters | undefined) ?? new DeadLetters(stack, ID);
}
