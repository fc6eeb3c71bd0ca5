import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import dynaliteDb from 'dynalite/db/index.js';
import { describe, expect, it } from 'vitest';
import { createTableInput, TABLE_SCHEMA } from '#adapters/dynamodb/table/table-schema.ts';
import type { TableDefinition } from '#local/dynamodb/dynamodb.ts';
import { createRandom, type SeededRandom } from '#local/random.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { type DynamodbProcess, startDynamodbProcess } from './dynamodb-process.ts';

const KILLS = 50;
const WRITERS = 16;
const KEYS_OF_A_WRITER = 4;
/** Acknowledged writes between two kills, at most. */
const WRITES = 100;
const TableName = 'table';
const TABLE = createTableInput(TableName) as TableDefinition;
const COUNTER = 'counter';

type Item = Record<string, AttributeValue>;

/** What the callers were told. */
type Model = {
  /** By key: the item as it was acknowledged last, and as a write without an answer would have made it. */
  items: Map<string, (Item | undefined)[]>;
  /** Who was told that a key which several wanted is theirs. */
  claims: Map<string, string>;
  wanted: number;
  /** How often the item that all share was counted up, with and without an answer. */
  counted: { atLeast: number; atMost: number };
};

describe('Embedded DynamoDB, killed', () => {
  it(`holds what was acknowledged, and its indexes nothing else, over ${KILLS} kills under ${WRITERS} writers`, async () => {
    // Prepare
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`SEED=${seed}`);
    const random = createRandom(seed);
    const path = join(temporaryDirectory(), 'dynamodb');
    const model: Model = {
      items: new Map(),
      claims: new Map(),
      wanted: 0,
      counted: { atLeast: 0, atMost: 0 },
    };
    const apart: string[] = [];

    // Act
    for (let kill = 0; kill <= KILLS; kill += 1) {
      if (kill % 2 === 1) await pretendCleanEnd(path);
      const dynamodb = await startDynamodbProcess(path, TABLE);
      const items = await scan(dynamodb.client);
      apart.push(...settle(model, items), ...(await compareIndexes(dynamodb.client, items)));
      if (kill < KILLS) await writeUntilKilled(dynamodb, model, random);
      else await dynamodb.kill();
    }

    // Assess
    expect(apart).toEqual([]);
    expect(model.items.size).toBe(WRITERS * KEYS_OF_A_WRITER);
    expect(model.claims.size).toBeGreaterThan(KILLS);
    expect(model.counted.atLeast).toBeGreaterThan(KILLS);
  });
});

/** So that the indexes are not made anew: each write itself has to be whole. */
async function pretendCleanEnd(path: string): Promise<void> {
  const { db } = dynaliteDb.create({ path });
  await db.open();
  await db.batch([{ type: 'put', key: 'clean-end', value: 2 }]);
  await db.close();
}

/** All write side by side until so many writes were acknowledged; then the process is killed under them. */
async function writeUntilKilled(
  dynamodb: DynamodbProcess,
  model: Model,
  random: SeededRandom,
): Promise<void> {
  let left = random.between(1, WRITES);
  let killed: Promise<void> | undefined;
  const write = async (writer: number): Promise<void> => {
    while (killed === undefined) {
      const kind = random.pick([countUp, claim, writeOwn, writeOwn, writeOwn]);
      if (!(await kind(dynamodb.client, model, { writer, random }))) return;
      left -= 1;
      if (left === 0) killed = dynamodb.kill();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await killed;
}

type Writing = { writer: number; random: SeededRandom };

/** Puts, updates or deletes one of the writer's own items. False: no answer came. */
async function writeOwn(client: DynamoDBClient, model: Model, { writer, random }: Writing): Promise<boolean> {
  const name = `own-${writer}-${random.below(KEYS_OF_A_WRITER)}`;
  const before = model.items.get(name)?.[0];
  const attributes = someAttributes(random);
  const kind = random.pick(['put', 'update', 'delete'] as const);
  const after = { put: attributes, update: { ...before, ...attributes }, delete: undefined }[kind];
  const Key = keyOf(name);
  const item = after && { ...after, ...Key };
  model.items.set(name, [before, item]);
  const answered = await isAnswered(() => {
    if (kind === 'put')
      return client.send(new PutItemCommand({ TableName, Item: { ...attributes, ...Key } }));
    if (kind === 'delete') return client.send(new DeleteItemCommand({ TableName, Key }));
    return client.send(new UpdateItemCommand({ TableName, Key, ...setting(attributes) }));
  });
  if (answered) model.items.set(name, [item]);
  return answered;
}

/** Puts an item that several want, if nobody else has. */
async function claim(client: DynamoDBClient, model: Model, { writer, random }: Writing): Promise<boolean> {
  const { claims } = model;
  const name = `claim-${Math.floor(model.wanted / 3)}`;
  model.wanted += 1;
  const owner = `${writer}-${random.bits()}`;
  const Item = { ...keyOf(name), ...someAttributes(random), owner: { S: owner } };
  const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await client.send(new PutItemCommand({ TableName, Item, ...condition }));
  } catch (error) {
    return error instanceof ConditionalCheckFailedException;
  }
  // A second one would be told apart by the item that is found.
  claims.set(name, claims.has(name) ? 'two' : owner);
  return true;
}

/** Counts up the item that all share. */
async function countUp(client: DynamoDBClient, { counted }: Model, { random }: Writing): Promise<boolean> {
  counted.atMost += 1;
  const { ExpressionAttributeNames, ExpressionAttributeValues, UpdateExpression } = setting(
    someAttributes(random),
  );
  const answered = await isAnswered(() =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(COUNTER),
        UpdateExpression: `${UpdateExpression} ADD #count :one`,
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#count': 'count' },
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ':one': { N: '1' } },
      }),
    ),
  );
  if (answered) counted.atLeast += 1;
  return answered;
}

async function isAnswered(call: () => Promise<unknown>): Promise<boolean> {
  return call().then(
    () => true,
    () => false,
  );
}

/** Keys and attributes of all three indexes; `work` is sparse, and entries move within each. */
function someAttributes(random: SeededRandom): Item {
  const text = (choices: number) => ({ S: String(random.below(choices)) });
  return {
    shard: text(8),
    category: text(3),
    hash: text(1_000_000),
    searchText: { S: 'x'.repeat(random.below(2000)) },
    ...(random.chance(0.5) && { work: text(2), dueAt: text(50) }),
  };
}

function keyOf(name: string) {
  return { pk: { S: name }, sk: { S: 'item' } };
}

function setting(attributes: Item) {
  const names = Object.keys(attributes);
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]!])),
  };
}

async function scan(client: DynamoDBClient, IndexName?: string): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  const ConsistentRead = IndexName === undefined;
  for await (const { Items } of paginateScan({ client }, { TableName, IndexName, ConsistentRead })) {
    for (const item of Items ?? []) items.set(item.pk!.S!, item);
  }
  return items;
}

/** Compares what is there with what the callers were told, and takes it as what is known from now on. */
function settle(model: Model, found: ReadonlyMap<string, Item>): string[] {
  const apart: string[] = [];
  for (const [name, possible] of model.items) {
    const item = found.get(name);
    if (!possible.some((one) => isDeepStrictEqual(one, item)))
      apart.push(`${name} is none of what it may be`);
    model.items.set(name, [item]);
  }
  for (const [name, owner] of model.claims) {
    if (found.get(name)?.owner?.S !== owner) apart.push(`${name} is not its owner's`);
  }
  const count = Number(found.get(COUNTER)?.count?.N ?? 0);
  const { counted } = model;
  if (count < counted.atLeast || count > counted.atMost) apart.push(`counted ${count}`);
  model.counted = { atLeast: count, atMost: count };
  return apart;
}

/** What each index has of an item that it should not have, and the other way round. */
async function compareIndexes(client: DynamoDBClient, items: ReadonlyMap<string, Item>): Promise<string[]> {
  const apart: string[] = [];
  for (const { name, partitionKey, sortKey, include } of Object.values(TABLE_SCHEMA.indexes)) {
    const entries = await scan(client, name);
    const attributes = new Set(['pk', 'sk', partitionKey, sortKey, ...include]);
    for (const [pk, item] of items) {
      const isIn = item[partitionKey] !== undefined && item[sortKey] !== undefined;
      const wanted = Object.fromEntries(Object.entries(item).filter(([key]) => attributes.has(key)));
      if (!isDeepStrictEqual(entries.get(pk), isIn ? wanted : undefined)) apart.push(`${name}: ${pk}`);
      entries.delete(pk);
    }
    for (const pk of entries.keys()) apart.push(`${name}: ${pk} is no item`);
  }
  return apart;
}
