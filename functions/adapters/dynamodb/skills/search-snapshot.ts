import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { sleep } from '#adapters/clock/sleep.ts';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { IS_NEW, isStill } from '#adapters/dynamodb/table/expression.ts';
import { getItem, putItem, swapItem } from '#adapters/dynamodb/table/item.ts';
import { compressJson, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';
import { queryPages } from '#adapters/dynamodb/table/query.ts';
import {
  itemName,
  type Key,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import { StorageError } from '#core/errors.ts';
import { inParallel } from '#core/in-parallel.ts';
import {
  type ChangeNotice,
  NOTICE_KEPT_MS,
  type SearchSnapshots,
  type SkillSnapshot,
  type SnapshotChange,
} from '#core/skills/search/search-snapshots.ts';
import {
  CHANGE_KEPT_MS,
  keptInSnapshot,
  mergeChanges,
  NO_CHANGES,
  type SnapshotState,
  type StoredChange,
  toBeMerged,
  withChange,
  withMerged,
} from '#core/skills/search/snapshot-state.ts';

/** The partition of all of it. */
const SEARCH = 'SEARCH#skills';
const STATE: Key = { pk: SEARCH, sk: 'STATE' };
/** An item may have 400 KB. */
const PART_BYTES = 350 * 1_024;
const PARTS_AT_ONCE = 4;
/** A state that was changed by others this often in a row is something else than bad luck. */
const MAX_TRIES = 8;
const NOTICE = 'NOTICE#';
const TIME_DIGITS = 15;

/**
 * The snapshot of the search in DynamoDB: changes, packed and cut into parts, and a state that names those that count.
 *
 * A part is written once, under a name that nobody else uses, and never changed. The state is compared and swapped, so a
 * reader sees all of a change or nothing of it, and whoever dies in between leaves parts that nobody reads. Parts that are
 * no longer named stay for whoever is reading them, and go by their expiry: a deletion costs as much as a write.
 *
 * @param timing for the waits of a throttled read; real time where it is absent
 */
export function createSearchSnapshots(
  table: Table,
  timing: Timing = { sleep, random: Math.random },
): SearchSnapshots {
  const snapshot: SnapshotTable = { table, timing };
  return {
    async read() {
      const { state } = await readState(table);
      return state.changes.length === 0 ? undefined : readSnapshot(snapshot, state.changes);
    },
    async append(change, now) {
      const stored = await writeChange(table, change, now);
      const after = await changeState(table, (state) => withChange(state, stored));
      const old = after ? toBeMerged(after, now) : [];
      if (old.length > 0) await merge(snapshot, old, { isWhole: old.length === after?.changes.length, now });
    },
    async replace(skills, now) {
      const stored = await writeChange(table, { skills: keptInSnapshot(skills), removed: [] }, now);
      await changeState(table, () => withChange(NO_CHANGES, stored));
    },
    async announce(notice) {
      await putItem(table, noticeItem(notice));
    },
    noticesSince: (at, atMost) => readNotices(table, at, atMost),
  };
}

type SnapshotTable = { readonly table: Table; readonly timing: Timing };

type StoredState = { readonly state: SnapshotState; readonly row: Row | undefined };

async function readState(table: Table): Promise<StoredState> {
  const row = await getItem(table, STATE);
  if (row === undefined) return { state: NO_CHANGES, row };
  const parsed = storedState.safeParse(unpackJson(row.json));
  if (!parsed.success) reportUnreadable(table.log, row, 'no state of the search');
  return { state: parsed.success ? { changes: parsed.data } : NO_CHANGES, row };
}

/** @returns the state after it; undefined where it is to stay as it is @throws StorageError */
async function changeState(
  table: Table,
  transition: (state: SnapshotState) => SnapshotState | undefined,
): Promise<SnapshotState | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { state, row } = await readState(table);
    const after = transition(state);
    if (after === undefined) return undefined;
    const item = { ...STATE, json: JSON.stringify(after.changes) };
    const { isWritten } = await swapItem(table, item, row ? isStill('writeId', row.writeId) : IS_NEW);
    if (isWritten) return after;
  }
  throw new StorageError(`The state of the search was changed by others ${MAX_TRIES} times in a row`);
}

async function merge(
  { table, timing }: SnapshotTable,
  old: readonly StoredChange[],
  { isWhole, now }: { readonly isWhole: boolean; readonly now: number },
): Promise<void> {
  const changes = await readChanges({ table, timing }, old);
  const { skills, removed } = mergeChanges(changes.filter((change) => change !== undefined));
  const merged = isWhole ? { skills: keptInSnapshot(skills), removed: [] } : { skills, removed };
  const stored = await writeChange(table, merged, now);
  await changeState(table, (state) => withMerged(state, old, stored));
}

/** Writes all parts of a change. It counts once the state names it. */
async function writeChange(table: Table, change: SnapshotChange, now: number): Promise<StoredChange> {
  const packed = compressJson(JSON.stringify(packedChange(change)));
  const id = randomUUID();
  const parts = Math.ceil(packed.length / PART_BYTES);
  const expiresAt = toEpochSeconds(now + CHANGE_KEPT_MS);
  await inParallel(Array(parts).keys(), PARTS_AT_ONCE, async (part) => {
    const bytes = packed.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await putItem(table, { ...partKey(id, part), bytes, expiresAt });
  });
  return { id, parts, bytes: packed.length, writtenAt: now };
}

async function readSnapshot(
  snapshot: SnapshotTable,
  stored: readonly StoredChange[],
): Promise<SkillSnapshot> {
  const changes = await readChanges(snapshot, stored);
  const { skills } = mergeChanges(changes.filter((change) => change !== undefined));
  return {
    skills: new Map(skills.map((skill) => [skill.id, skill])),
    isDamaged: changes.includes(undefined),
  };
}

/** The changes in their order; undefined for one that is not there as it was written. */
async function readChanges(
  { table, timing }: SnapshotTable,
  stored: readonly StoredChange[],
): Promise<readonly (SnapshotChange | undefined)[]> {
  const keys = stored.flatMap(({ id, parts }) =>
    Array.from({ length: parts }, (_, part) => partKey(id, part)),
  );
  const rows = new Map((await batchGet(table, keys, timing)).map((row) => [itemName(row), row]));
  // What was written a moment ago may not have reached every replica.
  const late = keys.filter((key) => !rows.has(itemName(key)));
  await inParallel(late, PARTS_AT_ONCE, async (key) => {
    const row = await getItem(table, key);
    if (row) rows.set(itemName(key), row);
  });
  return stored.map(({ id, parts, bytes }) => {
    const packed = Array.from({ length: parts }, (_, part) => rows.get(itemName(partKey(id, part)))?.bytes);
    const change = unpackChange(packed, bytes);
    if (change === undefined) reportUnreadable(table.log, partKey(id, 0), 'no change of the search');
    return change;
  });
}

function unpackChange(parts: readonly unknown[], bytes: number): SnapshotChange | undefined {
  if (!parts.every((part) => part instanceof Uint8Array)) return undefined;
  const packed = Buffer.concat(parts);
  const parsed = packed.length === bytes ? storedChange.safeParse(unpackJson(packed)) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

function partKey(id: string, part: number): Key {
  return { pk: SEARCH, sk: `PART#${id}#${part}` };
}

/** Without the names of the fields: a fifth less to be packed and parsed. */
function packedChange({ skills, removed }: SnapshotChange) {
  const rows = skills.map((skill) => [
    skill.id,
    skill.hash,
    skill.name,
    skill.category,
    skill.description,
    ...skill.tags,
  ]);
  return [rows, removed];
}

const storedChange = z
  .tuple([
    z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()], z.string())),
    z.array(z.string()),
  ])
  .transform(([rows, removed]) => ({
    skills: rows.map(([id, hash, name, category, description, ...tags]) => ({
      ...{ id, hash, name, category, description, tags },
    })),
    removed,
  }));

const storedState = z.array(
  z.object({
    id: z.string(),
    parts: z.int().min(0),
    bytes: z.int().min(0),
    writtenAt: z.int(),
  }),
);

/** Under its time, and a name of its own: two at once are two. */
function noticeItem({ at, skillId }: ChangeNotice) {
  const sk = `${noticesFrom(at)}#${randomUUID()}`;
  return { pk: SEARCH, sk, at, skillId, expiresAt: toEpochSeconds(at + NOTICE_KEPT_MS) };
}

function noticesFrom(at: number): string {
  return NOTICE + String(Math.max(0, Math.floor(at))).padStart(TIME_DIGITS, '0');
}

/** Consistent: a notice that is overlooked is a change that is found late. */
async function readNotices(
  table: Table,
  at: number,
  atMost = Number.POSITIVE_INFINITY,
): Promise<readonly ChangeNotice[]> {
  const notices: ChangeNotice[] = [];
  const pages = queryPages(table, {
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: { ':pk': SEARCH, ':from': noticesFrom(at), ':to': `${NOTICE}~` },
    ConsistentRead: true,
    ...(Number.isFinite(atMost) ? { Limit: atMost } : {}),
  });
  for await (const rows of pages) {
    for (const row of rows) {
      const parsed = storedNotice.safeParse(row);
      if (parsed.success) notices.push(parsed.data);
      else reportUnreadable(table.log, row, 'no notice of a change');
    }
    if (notices.length >= atMost) break;
  }
  return notices.slice(0, atMost);
}

const storedNotice = z.object({ at: z.number(), skillId: z.string().optional() });
