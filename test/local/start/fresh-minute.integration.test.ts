import { expect, it, onTestFinished } from 'vitest';
import {
  createRequestWindow,
  REQUEST_WINDOW_KEY as OURS,
} from '#adapters/dynamodb/marketplace/request-window.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { REQUEST_WINDOW_KEY } from '#local/dynamodb/deployed-tables.ts';
import { startDynamodb } from '#local/dynamodb/dynamodb.ts';
import { testTemplate } from '#test/lib/test-stack.ts';

it('forgets at a start what an earlier one used of the embedded marketplace’s limit', async () => {
  expect(REQUEST_WINDOW_KEY).toEqual(OURS);
  const [definition] = Object.values(testTemplate().findResources('AWS::DynamoDB::Table'));
  const name = 'table';
  const dynamodb = await startDynamodb({ region: 'us-east-1' });
  onTestFinished(() => dynamodb.close());
  await dynamodb.ensureTable({ ...definition?.Properties, TableName: name });
  const client = createDocumentClient({
    endpoint: dynamodb.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  onTestFinished(() => client.destroy());
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const window = createRequestWindow({ client, name, log });
  await window.change(() => ({ state: { permits: [9e12], pausedUntil: 9e12 }, result: undefined }));
  await dynamodb.deleteItem(name, REQUEST_WINDOW_KEY);
  await dynamodb.deleteItem(name, REQUEST_WINDOW_KEY);
  expect(await window.change((state) => ({ state, result: state }))).toEqual({ permits: [], pausedUntil: 0 });
});
