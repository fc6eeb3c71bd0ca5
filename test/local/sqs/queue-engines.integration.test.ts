import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe } from 'vitest';
import { startSqs } from '#local/sqs/sqs.ts';
import { queueContract } from '#test/contracts/queue.contract.ts';
import { motoIsMissing, startMoto } from '#test/engines/moto.ts';

const ACCESS = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

const missing = motoIsMissing();
if (missing) console.warn(`The queue contract is not run on moto: ${missing}.`);

const ENGINES = [
  { name: 'fauxqs', start: () => startSqs({ region: 'us-east-1', accountId: '000000000000' }) },
  ...(missing ? [] : [{ name: 'moto', start: startMoto }]),
];

describe.each(ENGINES)('The queue on $name', ({ start }) => {
  let engine: { readonly url: string; close(): Promise<void> } | undefined;
  let client: SQSClient;
  beforeAll(async () => {
    engine = await start();
    client = new SQSClient({ ...ACCESS, endpoint: engine?.url });
  });
  afterAll(async () => {
    client?.destroy();
    await engine?.close();
  });

  queueContract(() => client);
});
