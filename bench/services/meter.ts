import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What the calls of one client have consumed. */
export type Consumption = {
  readUnits: number;
  /** Without those of the indexes: dynalite doesn't count them. */
  writeUnits: number;
  /** Items written, failed conditions included, by kind: the partition key up to its first `#`. */
  readonly writes: Map<string, number>;
};

/** Counts on a client: start anew with `reset`. */
export type Meter = { readonly consumed: Consumption; reset(): void };

type Input = Record<string, unknown>;

const WRITES = new Set([
  ...['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand'],
  ...['BatchWriteItemCommand', 'TransactWriteItemsCommand'],
]);

/** Puts a middleware into the client that asks with each call for the consumed capacity and sums it up. */
export function meter(client: DynamoDBDocumentClient): Meter {
  let consumed = nothing();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const isWrite = WRITES.has(context.commandName ?? '');
      const input = args.input as Input;
      if (isWrite) for (const kind of kindsOf(input)) add(consumed.writes, kind);
      const answer = await next({
        ...args,
        input: { ...input, ReturnConsumedCapacity: 'TOTAL' } as typeof args.input,
      });
      const units = unitsOf((answer.output as { ConsumedCapacity?: unknown }).ConsumedCapacity);
      if (isWrite) consumed.writeUnits += units;
      else consumed.readUnits += units;
      return answer;
    },
    { step: 'initialize', name: 'meter' },
  );
  return {
    get consumed() {
      return consumed;
    },
    reset() {
      consumed = nothing();
    },
  };
}

/** Writes of one kind, e.g. `SKILL`. */
export function writesOf({ writes }: Consumption, kind: string): number {
  return writes.get(kind) ?? 0;
}

/** All writes but those of one kind, and what they were: `12 (LISTING 9, JOB 2, RUNS 1)`. */
export function writesBeside({ writes }: Consumption, kind: string): string {
  const others = [...writes].filter(([name]) => name !== kind).sort(([, a], [, b]) => b - a);
  const sum = others.reduce((total, [, count]) => total + count, 0);
  return sum === 0 ? '0' : `${sum} (${others.map(([name, count]) => `${name} ${count}`).join(', ')})`;
}

function nothing(): Consumption {
  return { readUnits: 0, writeUnits: 0, writes: new Map() };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function kindsOf({ Item, Key, RequestItems, TransactItems }: Input): string[] {
  if (TransactItems !== undefined) {
    const items = TransactItems as readonly Record<string, Input | undefined>[];
    return items.flatMap(({ Put, Update, Delete }) => {
      const written = Put ?? Update ?? Delete;
      return written === undefined ? [] : kindOf(written.Item ?? written.Key);
    });
  }
  if (RequestItems === undefined) return [kindOf(Item ?? Key)];
  const requests = Object.values(
    RequestItems as Record<string, { PutRequest?: { Item?: unknown }; DeleteRequest?: { Key?: unknown } }[]>,
  ).flat();
  return requests.map(({ PutRequest, DeleteRequest }) => kindOf(PutRequest?.Item ?? DeleteRequest?.Key));
}

/** Works before and after the document client has marshalled the key. */
function kindOf(keyed: unknown): string {
  const pk = (keyed as { pk?: string | { S?: string } } | undefined)?.pk;
  const text = typeof pk === 'string' ? pk : (pk?.S ?? '?');
  return text.split('#')[0] ?? '?';
}

/** DynamoDB gives one record for a table's call and a list for a batch. */
function unitsOf(capacity: unknown): number {
  const records = Array.isArray(capacity) ? capacity : [capacity];
  return records.reduce<number>(
    (sum, record) => sum + ((record as { CapacityUnits?: number })?.CapacityUnits ?? 0),
    0,
  );
}
