import type { Timing } from '#adapters/dynamodb/table/batch-get.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';

/** What the parts of the store of issue records work on. `pk`: the partition of the account's issues. */
export type RecordTable = {
  readonly table: Table;
  readonly subdomain: string;
  readonly pk: string;
  readonly timing: Timing;
};
