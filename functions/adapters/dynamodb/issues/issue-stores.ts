import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { IssueGenerations } from '#core/issues/issue-generation.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import { createIssueGenerations } from './issue-generations.ts';
import { createIssueRecords } from './issue-records.ts';

/** Every store of the issues of one Zendesk account. */
export type IssueStores = { readonly generations: IssueGenerations; readonly records: IssueRecords };

/** The stores of issues on one table; `subdomain` is the Zendesk account whose tickets they are made of. */
export function createIssueStores(table: Table, subdomain: string): IssueStores {
  return {
    generations: createIssueGenerations(table, subdomain),
    records: createIssueRecords(table, subdomain),
  };
}
