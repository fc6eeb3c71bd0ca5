import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { BatchGetItemCommandOutput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ANY_SERVICE, MetricName } from '#core/metric-name.ts';

/** What DynamoDB calls a refusal because calls came too fast. */
const THROTTLES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/**
 * Calls back for each attempt of the client that DynamoDB refuses because calls came too fast, also where a later attempt
 * succeeds, and for each batch of writes of which it leaves some, or of reads of which it leaves all.
 */
export function countThrottles(client: DynamoDBClient, onThrottle: () => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        const answer = await next(args);
        if (leavesWrites(answer.output) || leavesAllReads(answer.output)) onThrottle();
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

/** An answer that is full leaves keys as well, and that is no throttle: it has something. */
function leavesAllReads(output: object): boolean {
  const { UnprocessedKeys: left = {}, Responses: found = {} } = output as Partial<BatchGetItemCommandOutput>;
  return Object.keys(left).length > 0 && Object.values(found).every((items) => items.length === 0);
}

/** Makes a callback that counts each refused call in CloudWatch. Its metrics are made with the first: most have none. */
export function createThrottleMetric(): () => void {
  let metrics: Metrics | undefined;
  return () => {
    metrics ??= new Metrics({ serviceName: ANY_SERVICE });
    metrics.singleMetric().addMetric(MetricName.tableThrottles, MetricUnit.Count, 1);
  };
}
