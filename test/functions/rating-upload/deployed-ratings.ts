import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { MAX_RECEIVES, UPLOADS_AT_ONCE } from '#core/ratings/upload-limits.ts';
import type { EnvVars as SyncEnvVars } from '#functions/rating-sync/config.ts';
import type { EnvVars as UploadEnvVars } from '#functions/rating-upload/config.ts';
import { startMarketplace } from '#local/marketplace/server.ts';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { startSqs } from '#local/sqs/sqs.ts';
import { createPoll } from '#test/functions/adapters/sqs/poll.ts';
import { deployHandler } from '#test/functions/admin-api/deployed-handler.ts';
import { SKILL_IDS } from '#test/functions/admin-api/sample-data.ts';

const TOKEN = 'deployed-token';
const SECRET_ID = 'atom-sync/token';

/**
 * The API, the rating sync and the upload as they are deployed: their modules, their environment, on dynalite, fauxqs,
 * the local secrets and the simulator, with a poller in place of Lambda's event source.
 */
export async function deployRatings() {
  const skills = SKILL_IDS.map((skill_id) => ({ skill_id, name: `Skill ${skill_id}` }));
  const marketplace = await startMarketplace({ token: TOKEN, catalog: { skills } });
  const deployed = await deployHandler();
  const folder = await mkdtemp(join(tmpdir(), 'ratings-'));
  const secrets = await startSecretsManager({
    path: join(folder, 'secrets.json'),
    region: 'us-east-1',
    accountId: '000000000000',
    now: () => new Date(),
  });
  secrets.seed(SECRET_ID, JSON.stringify({ token: TOKEN }), { always: true });
  const sqs = await startQueues();
  const variables: SyncEnvVars & UploadEnvVars = {
    TABLE_NAME: deployed.table.name,
    TOKEN_SECRET_ID: SECRET_ID,
    UPLOADS_QUEUE_URL: sqs.queueUrl('uploads'),
    DEAD_LETTERS_QUEUE_URL: sqs.queueUrl('dead'),
    ATOM_SAAS_ENABLED: 'true',
    ATOM_SAAS_API_URL: marketplace.url,
    ATOM_SAAS_API_TIMEOUT_SECONDS: '5',
    ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: '30',
  };
  Object.assign(process.env, variables, {
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_LAMBDA_FUNCTION_NAME: 'rating-sync',
  });
  const ratingSync = await import('#functions/rating-sync/handler.ts');
  const ratingUpload = await import('#functions/rating-upload/handler.ts');
  deployed.whenInvoked(async (event) => {
    await ratingSync.handler(event, contextOf(300_000));
  });
  const client = new SQSClient();
  const poll = createPoll({
    client,
    queueUrl: variables.UPLOADS_QUEUE_URL,
    batchSize: UPLOADS_AT_ONCE,
    waitSeconds: 1,
    handle: (event) => ratingUpload.handler(event, contextOf(120_000)),
  });
  let open = true;
  const polling = [poll, poll].map(async (one) => {
    while (open) await one.once();
  });

  return {
    ...deployed,
    marketplace,
    sqs,
    async stop() {
      open = false;
      await Promise.all(polling);
      client.destroy();
      await Promise.all([deployed.stop(), marketplace.close(), sqs.close(), secrets.close(0)]);
      await rm(folder, { recursive: true });
    },
  };
}

/** The queue of uploads and its dead letters. */
async function startQueues() {
  const sqs = await startSqs({ region: 'us-east-1', accountId: '000000000000' });
  await sqs.ensureQueue({ name: 'dead', attributes: {} });
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  await sqs.ensureQueue({ name: 'uploads', attributes: { VisibilityTimeout: '720', RedrivePolicy } });
  return sqs;
}

/** An invocation that has so long. */
function contextOf(ms: number): Context {
  const end = Date.now() + ms;
  return { awsRequestId: 'r', getRemainingTimeInMillis: () => end - Date.now() } as Context;
}
