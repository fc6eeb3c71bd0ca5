import type { IssueGenerations } from '#core/issues/issue-generation.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';

/** Every store of the issues of one Zendesk account. */
export type IssueStores = { readonly generations: IssueGenerations; readonly records: IssueRecords };
