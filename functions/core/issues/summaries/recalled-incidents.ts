import { incidentsSince } from '../incidents-since.ts';
import type { IssueRecords } from '../issue-records.ts';
import { RECALLED_DAYS } from '../trends/digest.ts';
import type { Incident } from '../trends/incident.ts';

const DAY_MS = 86_400_000;
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
  const all = await incidentsSince(records, since - LONGEST_MS);
  const found = all.filter(({ id, closedAt }) => !known.has(id) && (closedAt ?? since) > since);
  return [...recent, ...found];
}
