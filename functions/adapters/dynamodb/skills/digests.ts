import { queryPages } from '#adapters/dynamodb/table/query.ts';
import { type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { DIGESTS_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { readDigest, SHARDS } from './skill-item.ts';

/** Index entries a page: some 250 KB, so that eight pages at once stay small however large the cache is. */
const PAGE_ENTRIES = 2_000;

/** Every digest of the cache: the shards are read side by side, a page each in flight. Eventually consistent. */
export async function* readDigests(table: Table): AsyncGenerator<readonly SkillDigest[]> {
  for await (const rows of digestRows(table)) {
    const digests: SkillDigest[] = [];
    for (const row of rows) {
      const digest = readDigest(row);
      if (digest) digests.push(digest);
      else reportUnreadable(table.log, row, 'no digest');
    }
    yield digests;
  }
}

/** The entries of the `digests` index as they are stored. */
export function digestRows(table: Table): AsyncGenerator<readonly Row[]> {
  return interleave(
    SHARDS.map((shard) =>
      queryPages(table, {
        IndexName: DIGESTS_INDEX,
        KeyConditionExpression: '#shard = :shard',
        ExpressionAttributeNames: { '#shard': 'shard' },
        ExpressionAttributeValues: { ':shard': shard },
        Limit: PAGE_ENTRIES,
      }),
    ),
  );
}

/** Merges streams, whichever has something next. Ends them all when the reader stops or one of them fails. */
async function* interleave<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const step = (stream: AsyncGenerator<T>) => {
    const promise = stream.next().then((result) => ({ stream, result }));
    // It may fail while the reader is busy with another page: the race below tells, not the process.
    promise.catch(() => undefined);
    return promise;
  };
  const pending = new Map(streams.map((stream) => [stream, step(stream)]));
  try {
    while (pending.size > 0) {
      const { stream, result } = await Promise.race(pending.values());
      if (result.done) pending.delete(stream);
      else {
        pending.set(stream, step(stream));
        yield result.value;
      }
    }
  } finally {
    await Promise.allSettled([...pending.keys()].map((stream) => stream.return(undefined)));
  }
}
