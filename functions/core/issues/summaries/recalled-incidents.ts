import type { IssueRecords } from '../issue-records.ts';
import { RECALLED_DAYS } from '../trends/digest.ts';
import type { Incident } from '../trends/incident.ts';

const DAY_MS = 86_400_000;
const PAGE = 100;
/** An incident that is over may have lasted for long; one that lasted longer than that is not recalled. */
const LONGEST_MS = 28 * DAY_MS;

/**
 * The incidents that the digest of a day (`2025-11-11`) may name: those that are recent, as they are now, and those
 * that were over before, for as long as they are recalled.
 *
 * @throws StorageError
 */
export async function recalledIncidents(
  { records }: { readonly records: Pick<IssueRecords, 'listIncidents'> },
  date: string,
  recent: readonly Incident[],
): Promise<readonly Incident[]> {
  const since = Date.parse(`${date}T00:00:00Z`) - RECALLED_DAYS * DAY_MS;
  const known = new Set(recent.map(({ id }) => id));
  const found: Incident[] = [];
  let cursor: string | undefined;
  do {
    const page = await records.listIncidents({}, PAGE, cursor);
    found.push(...page.items.filter(({ id, closedAt }) => !known.has(id) && (closedAt ?? since) > since));
    const isBeyond = page.items.some(({ openedAt }) => openedAt < since - LONGEST_MS);
    cursor = isBeyond ? undefined : page.cursor;
  } while (cursor !== undefined);
  return [...recent, ...found];
}
