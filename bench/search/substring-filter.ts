import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { sleep } from '#adapters/clock/sleep.ts';
import { SHARDS, skillEntry, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import { batchGet } from '#adapters/dynamodb/table/batch-get.ts';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
import { CATALOGUE_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import type { Skill } from '#core/skills/skill.ts';
import { cachedSkill } from '#core/skills/skill-entry.ts';

/** What the search is compared with: a list that is filtered by a text, as it was before there was an index. */

const MAX_TEXT_BYTES = 1_024;
/** Entries in one read, as it was. */
const READ = 1_000;

/** The text of a skill that is looked into: name and description in lower case, 1 KB of it. */
export function filteredText({ name, description }: Pick<Skill, 'name' | 'description'>): string {
  const text = `${name}\n${description ?? ''}`.toLowerCase();
  return Buffer.from(text).subarray(0, MAX_TEXT_BYTES).toString();
}

/** Puts the text into an item that is stored: nothing else writes it any more, but the index still projects it. */
export async function storeFilteredText(table: Table, skill: Skill): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: skillKey(skill.skill_id),
      UpdateExpression: 'SET searchText = :text',
      ExpressionAttributeValues: { ':text': filteredText(skill) },
    }),
  );
}

/** The first skills of a table that have the text, by the reads that it took: the index shard by shard, then items. */
export async function filterBySubstring(table: Table, query: string, limit: number): Promise<unknown[]> {
  const found: Row[] = [];
  for (const shard of SHARDS) {
    let start: Row | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: CATALOGUE_INDEX,
          KeyConditionExpression: '#shard = :shard',
          FilterExpression: 'contains(searchText, :query)',
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': shard, ':query': query.toLowerCase() },
          ExclusiveStartKey: start,
          Limit: READ,
        }),
      );
      found.push(...Items);
      start = LastEvaluatedKey;
    } while (start !== undefined && found.length <= limit);
    if (found.length > limit) break;
  }
  const keys = found.slice(0, limit).map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const rows = await batchGet(table, keys, { sleep, random: Math.random });
  return rows.map((row) => cachedSkill(skillEntry(row))?.remote.skill);
}
