import { randomUUID } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { sleep } from '#adapters/clock/sleep.ts';
import { createRatingStores, type RatingStores } from '#adapters/dynamodb/rating-stores.ts';
import type { Limits } from '#adapters/marketplace/rate-limiter.ts';
import { createRatingClient } from '#adapters/marketplace/rating-client.ts';
import { receivedMessage } from '#adapters/sqs/received-message.ts';
import { createUploadQueue } from '#adapters/sqs/upload-queue.ts';
import { type BenchTable, WARNINGS } from '#bench/report/table.ts';
import type { RatingStore, UploadQueue } from '#core/ratings/rating-ports.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { MAX_RECEIVES, UPLOADS_AT_ONCE } from '#core/ratings/upload-limits.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { queueRatings } from '#functions/rating-sync/queue-ratings.ts';
import { startBatch } from '#functions/rating-upload/upload-batch.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import type { Sqs } from '#local/sqs/sqs.ts';
import { createPoll } from '#test/functions/adapters/sqs/poll.ts';

/** The services that the benchmark's functions run on. */
export type RatingBenchOptions = {
  readonly table: BenchTable;
  readonly sqs: Sqs;
  readonly client: SQSClient;
  readonly marketplace: MarketplaceFacts;
  /** Our own: requests a minute of all instances, requests at once of each. */
  readonly limits: Limits;
};

/** The deployed composition of rating sync and upload (see their handlers) on the benchmark's services. */
export type RatingBench = {
  rate(skillIds: readonly string[], count: number): Promise<void>;
  queueAll(): Promise<number>;
  /** One instance of the upload function. @returns its next batch: how many messages it had */
  newPoller(): () => Promise<number>;
  waiting(): Promise<number>;
  uploaded(): Promise<number>;
};

const INVOCATION_MS = 120_000;
const WRITERS = 16;

type Queue = { readonly url: string; readonly port: UploadQueue };

/** Makes the queues and composes the functions; nothing runs yet. */
export async function createBenchRatings(options: RatingBenchOptions): Promise<RatingBench> {
  const stores = createRatingStores(options.table);
  const { ratings, tally } = stores;
  const queue = await makeQueues(options);
  return {
    rate: (skillIds, count) => rate(ratings, skillIds, count),
    queueAll: () => {
      const run = { runId: newRunId(Date.now(), Math.random), signal: new AbortController().signal };
      const deps = { ratings, queue: queue.port, now: Date.now, log: WARNINGS };
      return queueRatings(deps, run, () => undefined);
    },
    newPoller: () => createPoller(options, stores, queue),
    waiting: async () => (await ratings.count('pending')) + (await ratings.count('queued')),
    uploaded: () => tally.read(),
  };
}

/** The queue of uploads and its dead letters, as the stack has them. */
async function makeQueues({ sqs, client }: RatingBenchOptions): Promise<Queue> {
  await sqs.ensureQueue({ name: 'dead', attributes: {} });
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead',
    maxReceiveCount: MAX_RECEIVES,
  });
  await sqs.ensureQueue({ name: 'uploads', attributes: { VisibilityTimeout: '720', RedrivePolicy } });
  const [url, deadLettersUrl] = [sqs.queueUrl('uploads'), sqs.queueUrl('dead')];
  return { url, port: createUploadQueue({ client, uploadsUrl: url, deadLettersUrl }) };
}

async function rate(ratings: RatingStore, skillIds: readonly string[], count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, n) => n).values();
  const writer = async () => {
    for (const n of numbers) {
      const key = { skillId: skillIds[n % skillIds.length] ?? '', userId: `user-${n}` };
      await ratings.change(key, (current) => rated(current, key, { rating: (n % 5) + 1 }, Date.now()));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

/** One instance of the upload function with a client and limits of its own. */
function createPoller(
  { client, marketplace, limits }: RatingBenchOptions,
  stores: RatingStores,
  queue: Queue,
): () => Promise<number> {
  let end = 0;
  const now = Date.now;
  const clock = { now, sleep, random: Math.random, log: WARNINGS, remainingMs: () => end - now() };
  const connection = {
    baseUrl: marketplace.url,
    token: async () => marketplace.token,
    fetch,
    timeoutMs: 30_000,
  };
  const instance = createRatingClient({ ...clock, ...connection, window: stores.window, limits });
  const own = { newClaimId: randomUUID, maxReceives: MAX_RECEIVES, enabled: true };
  const deps = { ...stores, ...clock, ...instance, ...own, queue: queue.port };
  const handle: Parameters<typeof createPoll>[0]['handle'] = async ({ Records }) => {
    end = now() + INVOCATION_MS;
    const batch = startBatch(deps);
    const failed: { itemIdentifier: string }[] = [];
    const process = (record: (typeof Records)[number]) =>
      batch
        .process(receivedMessage(record))
        .catch(() => void failed.push({ itemIdentifier: record.messageId }));
    await Promise.all(Records.map(process));
    await batch.end();
    return { batchItemFailures: failed };
  };
  const poll = createPoll({ client, queueUrl: queue.url, batchSize: UPLOADS_AT_ONCE, handle });
  return () => poll.once();
}
