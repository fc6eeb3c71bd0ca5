import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SkillItem } from '#adapters/dynamodb/skills/skill-item.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { PAGE_SIZE } from './run-sync.ts';

/** As many as the sync: see `list-pages.ts` and `apply-records.ts`. */
const PAGES_AHEAD = 8;
const CONCURRENT_WRITES = 32;
const BATCH = 25;
const SHARDS = 8;

type WireSkill = {
  readonly skill_id: string;
  readonly name: string;
  readonly description?: string;
  readonly category?: string;
  readonly tags?: readonly string[];
  readonly updated_at?: string;
};

/** The least that a first sync could do: fetch each page, parse it, put each item without a look at anything. */
export async function putOneByOne(marketplace: MarketplaceFacts, table: Table): Promise<number> {
  return drain(items(marketplace), async (item) => {
    await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    return 1;
  });
}

/** The same with 25 items a call. A batch knows no conditions, so the sync can't use it. */
export async function putInBatches(marketplace: MarketplaceFacts, table: Table): Promise<number> {
  return drain(batches(items(marketplace)), async (batch) => {
    const requests = batch.map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0)
      throw new MeasurementError('A batch was not written as a whole.');
    return batch.length;
  });
}

/** Takes everything out of the source, so many at a time. @returns how many items were written */
async function drain<T>(source: AsyncGenerator<T>, write: (value: T) => Promise<number>): Promise<number> {
  let written = 0;
  const worker = async () => {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      const count = await write(next.value);
      written += count;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_WRITES }, worker));
  return written;
}

async function* batches(source: AsyncGenerator<Partial<SkillItem>>): AsyncGenerator<Partial<SkillItem>[]> {
  let batch: Partial<SkillItem>[] = [];
  for await (const item of source) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* items(marketplace: MarketplaceFacts): AsyncGenerator<Partial<SkillItem>> {
  const expiresAt = Math.floor(Date.now() / 1000) + 24 * 3600;
  let count = 0;
  for await (const page of pages(marketplace)) {
    const observedAt = Date.now();
    for (const skill of page) yield itemOf(skill, { observedAt, expiresAt, shard: String(count++ % SHARDS) });
  }
}

/** A skill's item as the sync writes it, at its size; what costs the sync a hash is made up. */
function itemOf(
  skill: WireSkill,
  { observedAt, expiresAt, shard }: { observedAt: number; expiresAt: number; shard: string },
): Partial<SkillItem> {
  const updatedAt = skill.updated_at ?? '1970-01-01T00:00:00';
  const hash = skill.skill_id.slice(0, 22);
  return {
    pk: `SKILL#${skill.skill_id}`,
    sk: 'SKILL',
    shard,
    updatedAt,
    hash,
    rank: `${updatedAt}!00${observedAt}!${hash}`,
    expiresAt,
    fence: 1,
    remote: JSON.stringify(skill),
    category: skill.category || '-',
    tags: skill.tags?.length ? skill.tags : undefined,
  };
}

async function* pages(marketplace: MarketplaceFacts): AsyncGenerator<readonly WireSkill[]> {
  const first = await fetchPage(marketplace, 1);
  const underWay: Promise<Listing>[] = [];
  let next = 2;
  const fetchAhead = () => {
    while (next <= first.total_pages && underWay.length < PAGES_AHEAD)
      underWay.push(fetchPage(marketplace, next++));
  };
  fetchAhead();
  yield first.skills;
  for (let page = underWay.shift(); page; page = underWay.shift()) {
    fetchAhead();
    yield (await page).skills;
  }
}

type Listing = { readonly skills: readonly WireSkill[]; readonly total_pages: number };

async function fetchPage({ url, token }: MarketplaceFacts, page: number): Promise<Listing> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/skills?page=${page}&page_size=${PAGE_SIZE}`, { headers });
  return JSON.parse(await response.text()) as Listing;
}
