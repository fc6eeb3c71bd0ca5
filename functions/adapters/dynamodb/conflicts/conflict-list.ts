import { isSkillId, SKILL_SORT_KEY, skillEntry, skillIdOf } from '#adapters/dynamodb/skills/skill-item.ts';
import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import type { Chunk, Hit, ListSource } from '#adapters/dynamodb/table/fill-page.ts';
import { partitionSource } from '#adapters/dynamodb/table/partition-list.ts';
import { queryPage } from '#adapters/dynamodb/table/query.ts';
import { type Key, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { WORK_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import type { Conflict, ConflictFilter } from '#core/conflicts/conflict-store.ts';
import { waitingConflict } from '#core/conflicts/resolve-conflict.ts';
import { closedList, OPEN } from './conflict-item.ts';

/**
 * The list of conflicts is made of two: those that wait, by the index `work`, then the records of those that are
 * over; each the newest first. A position begins with the part that it is in.
 */
const PART = { open: 'open', closed: 'closed' } as const;

/** Index entries looked at in one read of a filtered list: they are small. */
const FILTERED_READ = 250;

/** Where the index stands after an entry. */
type OpenPosition = { readonly dueAt: string; readonly pk: string };

/** What of a position each part of the list needs to know. */
type ConflictPosition =
  | { readonly part: 'open'; readonly after: OpenPosition | undefined }
  | { readonly part: 'closed'; readonly after: Position | undefined };

/** The first position of a list, or what a cursor's position stands for. @throws InvalidCursorError */
function readConflictPosition({ status }: ConflictFilter, position: Position | undefined): ConflictPosition {
  if (position === undefined) {
    return { part: status === 'resolved' ? PART.closed : PART.open, after: undefined };
  }
  const [part, ...after] = position;
  if (part === PART.closed && status !== 'unresolved') {
    return { part, after: after.length === 0 ? undefined : after };
  }
  const [dueAt, pk, ...rest] = after;
  const skillId = skillIdOf(pk);
  const isKey = skillId !== undefined && isSkillId(skillId) && dueAt !== undefined && dueAt.length === 24;
  if (part !== PART.open || status === 'resolved' || !isKey || rest.length > 0) throw invalid();
  return { part, after: { dueAt, pk: String(pk) } };
}

/** The position after an open conflict. */
function afterOpen({ dueAt, pk }: Row): Position {
  return [PART.open, String(dueAt), String(pk)];
}

/** Where the list continues when no more conflicts wait. */
function afterAllOpen({ status }: ConflictFilter): Position | undefined {
  return status === 'all' ? [PART.closed] : undefined;
}

/** The records' chunk as a part of this list. */
function asClosedPart({ hits, next }: Chunk<Conflict>): Chunk<Conflict> {
  const within = (position: Position): Position => [PART.closed, ...position];
  return {
    hits: (function* () {
      for (const { item, position } of hits) yield { item, position: within(position) };
    })(),
    next: next && within(next),
  };
}

/** The open conflict of an item, if it is still one that the filter asks for. */
function openHit(row: Row, item: Conflict, { severity, type }: ConflictFilter): Hit<Conflict>[] {
  if (item.severity !== (severity ?? item.severity) || item.type !== (type ?? item.type)) return [];
  return [{ item, position: afterOpen(row) }];
}

/** What a read of the list works with. `read` gets items by their keys, in the order of the keys. */
type ConflictList = {
  readonly table: Table;
  readonly filter: ConflictFilter;
  readonly now: Date;
  readonly read: (keys: readonly Key[]) => Promise<readonly Row[]>;
};

/** The list as a source for `fillPage`. */
export function conflictSource(list: ConflictList): ListSource<Conflict> {
  const { table, filter, now } = list;
  const closed = partitionSource(table, closedList(filter), now.getTime());
  return {
    list: 'conflicts',
    filter,
    async read(position, want) {
      const at = readConflictPosition(filter, position);
      if (at.part === PART.closed) return asClosedPart(await closed.read(at.after, want));
      return readOpen(list, at.after, want);
    },
  };
}

/** One read of the index, then the items: what was resolved in between is left out. */
async function readOpen(
  { table, filter, read }: ConflictList,
  after: OpenPosition | undefined,
  want: number,
): Promise<Chunk<Conflict>> {
  const asked = (['severity', 'type'] as const).filter((name) => filter[name] !== undefined);
  const { rows, next } = await queryPage(table, {
    IndexName: WORK_INDEX,
    KeyConditionExpression: '#work = :work',
    ...(asked.length > 0 && { FilterExpression: asked.map((name) => `#${name} = :${name}`).join(' AND ') }),
    ExpressionAttributeNames: {
      '#work': 'work',
      ...Object.fromEntries(asked.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':work': OPEN,
      ...Object.fromEntries(asked.map((name) => [`:${name}`, filter[name]])),
    },
    ...(after && { ExclusiveStartKey: { work: OPEN, sk: SKILL_SORT_KEY, ...after } }),
    ScanIndexForward: false,
    Limit: asked.length > 0 ? FILTERED_READ : want,
  });
  // A filtered read may find more than is wanted; their items are not needed.
  const wanted = rows.slice(0, want);
  const last = wanted.at(-1);
  const items = await read(wanted.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
  const more = rows.length > wanted.length && last !== undefined ? afterOpen(last) : next && afterOpen(next);
  return { hits: openHits(table, items, filter), next: more ?? afterAllOpen(filter) };
}

function* openHits(table: Table, items: readonly Row[], filter: ConflictFilter): Generator<Hit<Conflict>> {
  for (const row of items) {
    const conflict = waitingConflict(skillEntry(row));
    if (conflict) yield* openHit(row, conflict, filter);
    else noteUnreadable(table, row);
  }
}

/** What the index is late about is no fault. */
function noteUnreadable({ log }: Table, row: Row): void {
  if (row.work === OPEN) reportUnreadable(log, row, 'no open conflict');
}
