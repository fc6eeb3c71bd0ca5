import { startSqs } from '#local/sqs/sqs.ts';

/** Serves the embedded SQS with a queue `main` until it is killed: its argument is its directory; prints its address. */
const [, , dataDir] = process.argv;
const sqs = await startSqs({ dataDir, region: 'us-east-1', accountId: '000000000000' });
await sqs.ensureQueue({ name: 'main', attributes: {} });
process.stdout.write(`${sqs.queueUrl('main')}\n`);
