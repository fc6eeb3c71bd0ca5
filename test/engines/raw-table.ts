import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { updateIf } from '#adapters/dynamodb/table/expression.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';

/** Looks at items and damages them behind the stores' back. */
export type RawTable = {
  get(pk: string, sk: string): Promise<Row | undefined>;
  /** Sets attributes of an item that exists. */
  patch(pk: string, sk: string, attributes: Readonly<Record<string, unknown>>): Promise<void>;
  remove(pk: string, sk: string, attribute: string): Promise<void>;
  put(item: Row): Promise<void>;
  /** Deletes an item. */
  drop(pk: string, sk: string): Promise<void>;
};

/** That of a table of DynamoDB. */
export function tableRaw({ client, name: TableName }: Table): RawTable {
  return {
    async get(pk, sk) {
      return (await client.send(new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }))).Item;
    },
    async patch(pk, sk, attributes) {
      const changes = updateIf({ set: attributes });
      await client.send(new UpdateCommand({ TableName, Key: { pk, sk }, ...changes }));
    },
    async remove(pk, sk, attribute) {
      const changes = updateIf({ remove: [attribute] });
      await client.send(new UpdateCommand({ TableName, Key: { pk, sk }, ...changes }));
    },
    async put(item) {
      await client.send(new PutCommand({ TableName, Item: item }));
    },
    async drop(pk, sk) {
      await client.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
    },
  };
}

/** That of the fakes, as far as it is needed. */
export function memoryRaw(memory: MemoryTable): RawTable {
  const place = (pk: string, sk: string): [Map<string, unknown>, string] => {
    const [kind = '', ...rest] = pk.split('#');
    const name = rest.join('#');
    const maps: Record<string, [Map<string, unknown>, string]> = {
      CATEGORIES: [memory.categories, sk],
      REJECTED: [memory.rejected, sk],
      RUNS: [memory.runs, sk],
      AUDIT: [memory.audit, sk],
      FEED: [memory.feed, pk],
      LISTING: [memory.checkpoints.get(name) ?? new Map(), sk],
    };
    const found = maps[kind];
    if (!found) throw new Error(`No raw access to ${pk}`);
    return found;
  };
  const get = (pk: string, sk: string) => {
    const [map, key] = place(pk, sk);
    return map.get(key) as Row | undefined;
  };
  const set = (pk: string, sk: string, row: Row) => {
    const [map, key] = place(pk, sk);
    map.set(key, row);
  };
  return {
    get: async (pk, sk) => get(pk, sk),
    patch: async (pk, sk, attributes) => set(pk, sk, { ...get(pk, sk), ...attributes }),
    async remove(pk, sk, attribute) {
      const { [attribute]: _gone, ...row } = get(pk, sk) ?? {};
      set(pk, sk, row);
    },
    put: async (item) => set(String(item.pk), String(item.sk), item),
    async drop(pk, sk) {
      const [map, key] = place(pk, sk);
      map.delete(key);
    },
  };
}
