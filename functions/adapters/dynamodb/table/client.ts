import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { countThrottles, createThrottleMetric } from './count-throttles.ts';

/**
 * The client that every adapter of this folder takes.
 *
 * Retries: 5 attempts in `standard` mode. Not `adaptive`: that slows the whole process down after one
 * throttled call, the feed with the sync. Sockets: 64, kept alive, so that puts at a concurrency of 32 and
 * the readers beside them never wait for one.
 *
 * @param config what differs from the environment (tests: endpoint, region, credentials), `requestTimeout` in
 *   milliseconds, for one attempt, and `onThrottle`, called for each refusal because calls came too fast; by default
 *   that is a metric
 * @example
 * const table: Table = { client: createDocumentClient(), name: env.TABLE_NAME, log };
 */
export function createDocumentClient({
  requestTimeout = 10_000,
  onThrottle = createThrottleMetric(),
  ...config
}: DynamoDBClientConfig & {
  readonly requestTimeout?: number;
  readonly onThrottle?: () => void;
} = {}): DynamoDBDocumentClient {
  const agent = { keepAlive: true, maxSockets: 64 };
  const client = new DynamoDBClient({
    maxAttempts: 5,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout,
      // Without it the time-out is only a warning in the log.
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...config,
  });
  countThrottles(client, onThrottle);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
