import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { putItem } from '#adapters/dynamodb/table/item.ts';
import { prefixPages, prefixQuery, queryPage } from '#adapters/dynamodb/table/query.ts';
import { reportUnreadable } from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { IssueEvent } from '#core/issues/issue.ts';
import type { Page } from '#core/page.ts';
import { ISSUE_ROWS, rowKey } from './issue-keys.ts';
import { EVENT_LIST, eventIdIn, eventOrder, eventPosition, readEventPosition } from './issue-lists.ts';
import { eventItem, readEvent } from './issue-record-item.ts';
import type { RecordTable } from './record-table.ts';

const ISSUES_AT_ONCE = 8;
const MAX_READS = 10;

/** Writes those events that are not there yet, whenever those that are say that they were. @throws StorageError */
export async function putEvents({ table, pk }: RecordTable, events: readonly IssueEvent[]): Promise<void> {
  const byIssue = Map.groupBy(events, ({ issueId }) => issueId);
  await inParallel(byIssue, ISSUES_AT_ONCE, async ([issueId, own]) => {
    const prefix = eventsPrefix(issueId);
    if (rowKey(pk, prefix, '-') === undefined) return;
    const ids = new Set<string>();
    for await (const rows of prefixPages(table, pk, prefix, { only: ['sk'] })) {
      for (const { sk } of rows) ids.add(eventIdIn(String(sk).slice(prefix.length)));
    }
    for (const event of own) {
      const key = rowKey(pk, prefix, eventOrder(event));
      if (key && !ids.has(event.id)) await putItem(table, eventItem(key, event));
      ids.add(event.id);
    }
  });
}

/** The events of an issue, the newest first. @throws InvalidCursorError */
export async function listEvents(
  { table, pk, subdomain }: RecordTable,
  issueId: string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<IssueEvent>> {
  const prefix = eventsPrefix(issueId);
  const isPossible = rowKey(pk, prefix, '-') !== undefined;
  const source = {
    list: EVENT_LIST,
    filter: { subdomain, issueId },
    async read(after: readonly string[] | undefined, want: number) {
      const start = after && { pk, sk: prefix + readEventPosition(after) };
      if (!isPossible) return { hits: [], next: undefined };
      const { rows, next } = await queryPage(table, {
        ...prefixQuery(pk, prefix),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        ScanIndexForward: false,
        Limit: want,
        ConsistentRead: true,
      });
      const hits = rows.flatMap((row) => {
        const item = readEvent(row);
        if (item === undefined) reportUnreadable(table.log, row, 'no event of an issue');
        return item?.issueId === issueId ? [{ item, position: eventPosition(item) }] : [];
      });
      return { hits, next: next && [String(next.sk).slice(prefix.length)] };
    },
  };
  return fillPage(source, limit, cursor, MAX_READS);
}

function eventsPrefix(issueId: string): string {
  return `${ISSUE_ROWS.event}${issueId}#`;
}
