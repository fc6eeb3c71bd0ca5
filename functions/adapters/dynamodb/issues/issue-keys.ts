import { isSortKey, type Key } from '#adapters/dynamodb/table/table.ts';

/** What the sort keys of the issues' rows begin with. */
export const ISSUE_ROWS = {
  generation: 'GENERATION#',
  blob: 'BLOB#',
  facts: 'FACTS#',
  event: 'EVENT#',
  moved: 'MOVED#',
  decision: 'DECISION#',
  incident: 'INCIDENT#',
  recent: 'RECENT#',
  digest: 'DIGEST#',
} as const;

/** The partition of all issues of a Zendesk account. */
export function issuesPartition(subdomain: string): string {
  return `ISSUES#${subdomain}`;
}

/** The key of a row that belongs to an id from outside; undefined: no row can have it. */
export function rowKey(pk: string, prefix: string, id: string): Key | undefined {
  const sk = prefix + id;
  return id !== '' && isSortKey(sk) ? { pk, sk } : undefined;
}

/** A number as part of a key: keys are in the order of the numbers. */
export function padded(number: number): string {
  return String(number).padStart(NUMBER_DIGITS, '0');
}

const NUMBER_DIGITS = 10;
