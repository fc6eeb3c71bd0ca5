import type { IssueRecords } from './issue-records.ts';
import type { Incident } from './trends/incident.ts';

const PAGE = 100;

/**
 * All incidents that were opened since a time, the newest first, and perhaps some that were opened before.
 *
 * @param since milliseconds since 1970
 * @param mostPages how many pages of 100 are read at most. Default: as many as it takes
 * @throws StorageError
 */
export async function incidentsSince(
  records: Pick<IssueRecords, 'listIncidents'>,
  since: number,
  mostPages = Number.POSITIVE_INFINITY,
): Promise<Incident[]> {
  const found: Incident[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await records.listIncidents({}, PAGE, cursor);
    found.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined || page.items.some(({ openedAt }) => openedAt < since)) break;
  }
  return found;
}
