import { GetCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { sleep } from '#adapters/clock/sleep.ts';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import type { Position } from '#adapters/dynamodb/table/cursor.ts';
import { type Chunk, fillPage, type Hit } from '#adapters/dynamodb/table/fill-page.ts';
import { queryPage } from '#adapters/dynamodb/table/query.ts';
import { attempt, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { CATALOGUE_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { cachedSkill, isUnreadable } from '#core/skills/skill-entry.ts';
import type { SkillFilter, SkillReader } from '#core/skills/skill-reader.ts';
import { categoryKey, matches } from './catalogue-entry.ts';
import { positionAfter, readPosition, SKILL_LIST, shardStart } from './catalogue-position.ts';
import { isSkillId, SHARDS, skillEntry, skillKey } from './skill-item.ts';

/** Index entries looked at in one read of a list by tag: some 100 KB, a dozen read units. */
const TAG_READ = 1_000;
/** Reads of the index in one call of `list`, the shards that have nothing included. */
const MAX_READS = 32;

/**
 * The cached skills in DynamoDB as readers see them.
 *
 * `get` reads consistently: whoever has just written a skill (a sync, a local edit) reads what was written. It
 * costs one unit for 4 KB instead of a half. `list` reads an index and then the items, both eventually: an entry may be
 * a second late, and what no longer fits the filter is left out. A list by tag looks at a skill's first 4 KB of tags (`catalogue-entry.ts`).
 *
 * @param timing for the waits of a throttled read; real time where it is absent
 */
export function createSkillReader(
  table: Table,
  timing: Timing = { sleep, random: Math.random },
): SkillReader {
  return {
    get: (skillId, now) => get(table, skillId, now),
    list: (filter, limit, cursor, now) => {
      const read = (after: Position | undefined, want: number) =>
        readChunk({ table, timing, filter, now }, after, want);
      return fillPage({ list: SKILL_LIST, filter, read }, limit, cursor, MAX_READS);
    },
  };
}

async function get(table: Table, skillId: string, now: Date): Promise<CachedSkill | undefined> {
  if (!isSkillId(skillId)) return undefined;
  const { Item } = await attempt('GetItem', () =>
    table.client.send(
      new GetCommand({ TableName: table.name, Key: skillKey(skillId), ConsistentRead: true }),
    ),
  );
  return Item && readLive(table, Item, now);
}

type Listing = {
  readonly table: Table;
  readonly timing: Timing;
  readonly filter: SkillFilter;
  readonly now: Date;
};

/** One read of one shard: index entries that fit the filter, then their items. */
async function readChunk(
  { table, timing, filter, now }: Listing,
  position: Position | undefined,
  want: number,
): Promise<Chunk<CachedSkill>> {
  const { shard, after } = readPosition(filter, position);
  const page = await queryPage(table, catalogueQuery(filter, shard, want, after));
  const entries = page.rows.slice(0, want);
  const hits = await readHits({ table, timing, filter, now }, entries);
  const isCut = entries.length < page.rows.length;
  const last = isCut ? entries.at(-1) : page.next;
  return { hits, next: last ? positionAfter(last) : shardStart(shard + 1) };
}

function catalogueQuery(
  { category, tag }: SkillFilter,
  shard: number,
  want: number,
  after: Record<string, unknown> | undefined,
): Omit<QueryCommandInput, 'TableName'> {
  return {
    IndexName: CATALOGUE_INDEX,
    KeyConditionExpression: `#shard = :shard${category === undefined ? '' : ' AND #category = :category'}`,
    ...(tag === undefined ? {} : { FilterExpression: 'contains(#tags, :tag)' }),
    ExpressionAttributeNames: {
      '#shard': 'shard',
      ...(category === undefined ? {} : { '#category': 'category' }),
      ...(tag === undefined ? {} : { '#tags': 'tags' }),
    },
    ExpressionAttributeValues: {
      ':shard': SHARDS[shard],
      ...(category === undefined ? {} : { ':category': categoryKey(category) }),
      ...(tag === undefined ? {} : { ':tag': tag.toWellFormed() }),
    },
    ...(after === undefined ? {} : { ExclusiveStartKey: after }),
    Limit: tag === undefined ? want : Math.max(want, TAG_READ),
  };
}

async function readHits(
  { table, timing, filter, now }: Listing,
  entries: readonly Row[],
): Promise<Iterable<Hit<CachedSkill>>> {
  const keys = entries.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const rows = new Map((await batchGet(table, keys, timing)).map((row) => [row.pk, row]));
  return (function* () {
    for (const entry of entries) {
      const row = rows.get(entry.pk);
      const item = row && readLive(table, row, now);
      if (item && matches(filter, effectiveSkill(item))) yield { item, position: positionAfter(entry) };
    }
  })();
}

function readLive(table: Table, row: Row, now: Date): CachedSkill | undefined {
  const entry = skillEntry(row);
  const skill = cachedSkill(entry);
  if (skill === undefined && isUnreadable(entry)) reportUnreadable(table.log, row, 'no skill');
  return skill && skill.expiresAt > now ? skill : undefined;
}
