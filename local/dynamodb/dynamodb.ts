import { setTimeout as delay } from 'node:timers/promises';
import { DataDirectoryUnusableError, EmbeddedServiceError } from '#local/errors.ts';
import { type AccessKey, PLACEHOLDER_KEY, signedHeaders } from '#local/guard/aws-signature.ts';
import { startWorkerService, type WorkerService } from '#local/services/worker-service.ts';
import type { DynamodbFacts, DynamodbWorkerData } from './dynamodb-worker.ts';

/** How often it is asked whether a table is ready, and for how long: 20 s in all. */
const LOOK_EVERY_MS = 10;
const MAX_LOOKS = 2_000;

type KeySchema = { readonly AttributeName: string; readonly KeyType: string }[];
type IndexDefinition = {
  readonly IndexName: string;
  readonly KeySchema: KeySchema;
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: string[] };
};

/** A table of the template, in the words of CreateTable. */
export type TableDefinition = {
  readonly TableName: string;
  readonly AttributeDefinitions: { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly KeySchema: KeySchema;
  readonly GlobalSecondaryIndexes?: IndexDefinition[];
  readonly LocalSecondaryIndexes?: IndexDefinition[];
};

/** The embedded DynamoDB. */
export type Dynamodb = {
  readonly url: string;
  readonly died: WorkerService<DynamodbFacts>['died'];
  /**
   * Makes the table, on demand, or finds it as an earlier start left it.
   *
   * @throws DataDirectoryUnusableError when the stored table has other keys or indexes than the template.
   */
  ensureTable(table: TableDefinition): Promise<void>;
  /** Deletes an item, be it there or not. @throws EmbeddedServiceError */
  deleteItem(tableName: string, key: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts dynalite in a thread of its own (measured on 2 cores: as fast as a process of its own, and the main thread
 * stays free for the gateway). Expired items are not deleted: dynalite has no TTL, and every read filters anyway.
 *
 * @param options.path directory of the LevelDB; in memory where it is absent.
 * @param options.accessKey who may call; everybody where it is absent.
 */
export async function startDynamodb(options: {
  path?: string;
  region: string;
  accessKey?: AccessKey;
}): Promise<Dynamodb> {
  const service = await startWorkerService<DynamodbFacts>(
    'DynamoDB',
    new URL('./dynamodb-worker.ts', import.meta.url),
    { path: options.path, accessKey: options.accessKey } satisfies DynamodbWorkerData,
    { path: options.path },
  );
  const { url } = service.facts;
  const { region, accessKey = PLACEHOLDER_KEY } = options;
  const call = (operation: string, input: unknown) =>
    callDynamodb({ url, region, accessKey, operation, input });
  return {
    url,
    died: service.died,
    ensureTable: async (table) => {
      const { TableName } = table;
      const stored = await call('DescribeTable', { TableName });
      if (stored.ok) {
        requireSameShape(options.path ?? 'in memory', table, stored.body.Table as TableDefinition);
      } else {
        const made = await call('CreateTable', { ...table, BillingMode: 'PAY_PER_REQUEST' });
        if (!made.ok) throw refusal(`table ${TableName}`, made.body);
      }
      await untilActive(TableName, () => call('DescribeTable', { TableName }));
    },
    deleteItem: async (TableName, key) => {
      const Key = Object.fromEntries(Object.entries(key).map(([name, S]) => [name, { S }]));
      const deleted = await call('DeleteItem', { TableName, Key });
      if (!deleted.ok) throw refusal(`to delete from ${TableName}`, deleted.body);
    },
    close: () => service.close(),
  };
}

/** CreateTable answers before the table is there: until then nothing may be written to it, or deleted. */
async function untilActive(name: string, describe: () => Promise<CallResult>): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const { ok, body } = await describe();
    if (!ok) throw refusal(`table ${name}`, body);
    if ((body.Table as { TableStatus?: unknown }).TableStatus === 'ACTIVE') return;
    await delay(LOOK_EVERY_MS);
  }
  throw new EmbeddedServiceError(`The embedded DynamoDB did not get table ${name} ready.`);
}

function refusal(what: string, { message, __type }: Record<string, unknown>): EmbeddedServiceError {
  return new EmbeddedServiceError(`The embedded DynamoDB refused ${what}: ${String(message ?? __type)}`);
}

function requireSameShape(path: string, wanted: TableDefinition, stored: TableDefinition): void {
  if (shapeOf(wanted) === shapeOf(stored)) return;
  throw new DataDirectoryUnusableError(
    path,
    `its table ${wanted.TableName} was made by another version of the project, with other keys or indexes`,
  );
}

function shapeOf(table: TableDefinition): string {
  const keys = (schema: KeySchema) => schema.map((key) => `${key.KeyType}:${key.AttributeName}`).sort();
  const indexes = (list: IndexDefinition[] = []) =>
    list
      .map((index) => ({
        name: index.IndexName,
        keys: keys(index.KeySchema),
        projection: index.Projection.ProjectionType,
        attributes: [...(index.Projection.NonKeyAttributes ?? [])].sort(),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const types = table.AttributeDefinitions.map((a) => `${a.AttributeName}:${a.AttributeType}`).sort();
  return JSON.stringify([
    keys(table.KeySchema),
    types,
    indexes(table.GlobalSecondaryIndexes),
    indexes(table.LocalSecondaryIndexes),
  ]);
}

type Call = {
  readonly url: string;
  readonly region: string;
  readonly accessKey: AccessKey;
  readonly operation: string;
  readonly input: unknown;
};

type CallResult = { readonly ok: boolean; readonly body: Record<string, unknown> };

/** Speaks the JSON protocol itself: three calls don't justify loading the SDK before `ready`. */
async function callDynamodb({ url, region, accessKey, operation, input }: Call): Promise<CallResult> {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  const signed = signedHeaders(accessKey, { url, region, service: 'dynamodb', headers, body });
  const response = await fetch(url, { method: 'POST', headers: signed, body });
  return { ok: response.ok, body: (await response.json()) as Record<string, unknown> };
}
