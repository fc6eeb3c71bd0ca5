import { batchGet } from '#adapters/dynamodb/table/batch-get.ts';
import { fillPage, type ListSource } from '#adapters/dynamodb/table/fill-page.ts';
import { deleteItem, getItem, putItem } from '#adapters/dynamodb/table/item.ts';
import { prefixPages, prefixQuery, queryPage } from '#adapters/dynamodb/table/query.ts';
import { type Row, reportUnreadable } from '#adapters/dynamodb/table/table.ts';
import { inParallel } from '#core/in-parallel.ts';
import type { IncidentFilter } from '#core/issues/issue-records.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import type { Page } from '#core/page.ts';
import { incidentItem, readIncident } from './incident-item.ts';
import { ISSUE_ROWS, rowKey } from './issue-keys.ts';
import { INCIDENT_LIST, incidentPosition, isListed, isRecent, readIncidentPosition } from './issue-lists.ts';
import type { RecordTable } from './record-table.ts';

const WRITES_AT_ONCE = 4;
const MAX_READS = 10;

/**
 * Writes incidents. Before each that is recent a row says so: one that is overlooked would be opened twice, and a row too
 * many costs a read.
 *
 * @throws StorageError
 */
export async function putIncidents(
  { table, pk }: RecordTable,
  incidents: readonly Incident[],
  now: number,
): Promise<void> {
  await inParallel(incidents, WRITES_AT_ONCE, async (incident) => {
    const key = rowKey(pk, ISSUE_ROWS.incident, incident.id);
    const recent = rowKey(pk, ISSUE_ROWS.recent, incident.id);
    if (key === undefined || recent === undefined) return;
    if (isRecent(incident, now)) await putItem(table, recent);
    await putItem(table, incidentItem(key, incident));
  });
}

/** One incident; undefined where there is none. @throws StorageError */
export async function readIncidentOf(store: RecordTable, id: string): Promise<Incident | undefined> {
  const key = rowKey(store.pk, ISSUE_ROWS.incident, id);
  const row = key && (await getItem(store.table, key));
  return row && incidentIn(store, row);
}

/** Open incidents and those that closed lately, by their opening. @throws StorageError */
export async function readRecent(store: RecordTable, now: number): Promise<readonly Incident[]> {
  const { table, pk } = store;
  const incidents = await readMarked(store);
  const old = incidents.filter((incident) => !isRecent(incident, now));
  await inParallel(old, WRITES_AT_ONCE, async ({ id }) => {
    await deleteItem(table, { pk, sk: ISSUE_ROWS.recent + id });
  });
  return incidents.filter((incident) => isRecent(incident, now));
}

/** Incidents, the newest first. @throws InvalidCursorError */
export function listIncidents(
  store: RecordTable,
  filter: IncidentFilter,
  limit: number,
  cursor: string | undefined,
): Promise<Page<Incident>> {
  const { subdomain } = store;
  const named = { list: INCIDENT_LIST, filter: { subdomain, ...filter } };
  const read = filter.state === 'open' ? openSource(store, filter) : allSource(store, filter);
  return fillPage({ ...named, read }, limit, cursor, MAX_READS);
}

type Read = ListSource<Incident>['read'];

/** Those that are open are all among the recent ones, however many there were. */
function openSource(store: RecordTable, filter: IncidentFilter): Read {
  return async (after) => {
    const end = after && readIncidentPosition(after);
    const open = (await readMarked(store)).filter(
      (one) => isListed(one, filter) && (end === undefined || one.id < end),
    );
    const hits = open.toReversed().map((item) => ({ item, position: incidentPosition(item) }));
    return { hits, next: undefined };
  };
}

function allSource(store: RecordTable, filter: IncidentFilter): Read {
  const { table, pk } = store;
  return async (after, want) => {
    const start = after && { pk, sk: ISSUE_ROWS.incident + readIncidentPosition(after) };
    const { rows, next } = await queryPage(table, {
      ...prefixQuery(pk, ISSUE_ROWS.incident),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      ScanIndexForward: false,
      Limit: want,
      ConsistentRead: true,
    });
    const hits = rows.flatMap((row) => {
      const item = incidentIn(store, row);
      return item && isListed(item, filter) ? [{ item, position: incidentPosition(item) }] : [];
    });
    return { hits, next: next && [String(next.sk).slice(ISSUE_ROWS.incident.length)] };
  };
}

/** The incidents that rows say are recent, by their opening. */
async function readMarked(store: RecordTable): Promise<readonly Incident[]> {
  const { table, pk, timing } = store;
  const ids: string[] = [];
  for await (const rows of prefixPages(table, pk, ISSUE_ROWS.recent))
    ids.push(...rows.map(({ sk }) => String(sk).slice(ISSUE_ROWS.recent.length)));
  const keys = ids.map((id) => ({ pk, sk: ISSUE_ROWS.incident + id }));
  const rows = await batchGet(table, keys, timing, { consistent: true });
  return rows.map((row) => incidentIn(store, row)).filter((incident) => incident !== undefined);
}

function incidentIn({ table }: RecordTable, row: Row): Incident | undefined {
  const incident = readIncident(row);
  if (incident === undefined) reportUnreadable(table.log, row, 'no incident');
  return incident;
}
