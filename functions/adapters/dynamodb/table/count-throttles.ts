import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What DynamoDB calls a refusal because calls came too fast. */
const THROTTLES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/**
 * Calls back for each attempt of the client that DynamoDB refuses because calls came too fast, also where a later attempt
 * succeeds, and for each batch of writes of which it leaves some.
 */
export function countThrottles(client: DynamoDBClient, onThrottle: () => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const answer = await next(args);
        if (leavesWrites(answer.output)) onThrottle();
        return answer;
      } catch (error) {
        if (error instanceof Error && THROTTLES.has(error.name)) onThrottle();
        throw error;
      }
    },
    // The retries have a high priority in this step: each of their attempts passes here.
    { name: 'countThrottles', step: 'finalizeRequest', priority: 'low' },
  );
}

function leavesWrites(output: object): boolean {
  const { UnprocessedItems: left } = output as { UnprocessedItems?: object };
  return left !== undefined && Object.keys(left).length > 0;
}
