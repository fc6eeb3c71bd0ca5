declare module 'dynalite' {
  import type { Server } from 'node:http';

  namespace dynalite {
    type DynaliteOptions = {
      /** Directory of the LevelDB; in memory where it is absent. */
      path?: string;
      /** How long a table stays CREATING, in milliseconds; 500 where it is absent. */
      createTableMs?: number;
      deleteTableMs?: number;
      updateTableMs?: number;
      /** 400 where it is absent. */
      maxItemSizeKb?: number;
      verbose?: boolean;
      debug?: boolean;
    };
  }

  function dynalite(options?: dynalite.DynaliteOptions): Server;
  export = dynalite;
}

/** The parts of dynalite 4.0.0's storage that `dynamodb-storage.ts` reaches into. */
declare module 'dynalite/db/index.js' {
  import type { DynaliteOptions } from 'dynalite';

  namespace db {
    type Done = (error?: Error | null) => void;
    type Item = Record<string, unknown>;
    type KeySchema = { AttributeName: string; KeyType: string }[];
    type Index = {
      IndexName: string;
      IndexStatus?: string;
      KeySchema: KeySchema;
      Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
    };
    /** A table as dynalite keeps it. */
    type TableRecord = {
      TableName: string;
      TableStatus: string;
      KeySchema: KeySchema;
      GlobalSecondaryIndexes?: Index[];
      LocalSecondaryIndexes?: Index[];
    };
    type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
    type KeyRange = { gte: string; lt: string };
    /** LevelDB with values in JSON; dynalite adds the callbacks, which its own code uses. */
    type Database = {
      open(): Promise<void>;
      close(): Promise<void>;
      get(key: string): Promise<unknown>;
      iterator(range: KeyRange): AsyncIterable<[key: string, value: unknown]>;
      clear(range: KeyRange): Promise<void>;
      put(key: string, value: unknown, done: Done): void;
      del(key: string, done: Done): void;
      batch(operations: Operation[]): Promise<void>;
      batch(operations: Operation[], done: Done): void;
    };
    type Store = { readonly db: Database };
  }

  const db: {
    create(options: DynaliteOptions): db.Store;
    createKey(item: db.Item, table: db.TableRecord, keySchema?: db.KeySchema): string;
    createIndexKey(item: db.Item, table: db.TableRecord, keySchema: db.KeySchema): string;
    updateIndexes(
      store: db.Store,
      table: db.TableRecord,
      existing: db.Item | null | undefined,
      item: db.Item | null | undefined,
      done: db.Done,
    ): void;
  };
  export = db;
}
