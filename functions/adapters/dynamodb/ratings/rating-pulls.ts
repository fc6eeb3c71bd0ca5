import { skillIdOf, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import { type Changes, namesOf } from '#adapters/dynamodb/table/expression.ts';
import { updateItem } from '#adapters/dynamodb/table/item.ts';
import { queryPage } from '#adapters/dynamodb/table/query.ts';
import type { Key, Row, Table } from '#adapters/dynamodb/table/table.ts';
import { WORK_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import { NEVER_MS } from '#core/ratings/rating.ts';
import { LONGEST_PULL_MS } from '#core/ratings/rating-due.ts';
import type { RatingPulls } from '#core/ratings/rating-ports.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { latestBelieved } from '#core/time/wrong-clock.ts';

/** The index partition of the skills whose ratings are looked at in turn. */
export const PULLS = 'rating#pull';

/** The marker of a skill that has ratings here. */
export function pullKey(skillId: string): Key {
  return { pk: skillKey(skillId).pk, sk: 'RATINGS' };
}

/** What makes a marker due; without a time it leaves the index and is due never. */
export function pullChanges(dueAt: number | undefined): Changes {
  if (dueAt === undefined) return { remove: ['work', 'dueAt'] };
  return { set: { work: PULLS, dueAt: isoFromMs(dueAt) } };
}

/**
 * When markers are due that are looked at now: what a wrong clock has put off, then what is due, both ends included.
 * In this order, since there may always be as many due as one run looks at.
 */
export function pullsDue(now: number): readonly (readonly [from: string, to: string])[] {
  const ahead = isoFromMs(latestBelieved(now, LONGEST_PULL_MS) + 1);
  return [
    [ahead, isoFromMs(NEVER_MS)],
    [isoFromMs(0), isoFromMs(now)],
  ];
}

/** The skills named by entries of the index. */
export function skillsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => skillIdOf(row.pk)).filter((id) => id !== undefined);
}

/** The turns in which skills' ratings are looked at, in DynamoDB: one small item a skill. */
export function createRatingPulls(table: Table): RatingPulls {
  return {
    async ensure(skillId, dueAt) {
      const isNew = { text: 'attribute_not_exists(#work)', names: namesOf(['work']), values: {} };
      await updateItem(table, pullKey(skillId), pullChanges(dueAt), isNew);
    },
    async due(now, limit) {
      const found: string[] = [];
      for (const [from, to] of pullsDue(now)) {
        if (found.length >= limit) break;
        const { rows } = await queryPage(table, {
          IndexName: WORK_INDEX,
          KeyConditionExpression: '#work = :work AND #dueAt BETWEEN :from AND :to',
          ExpressionAttributeNames: namesOf(['work', 'dueAt']),
          ExpressionAttributeValues: { ':work': PULLS, ':from': from, ':to': to },
          Limit: limit - found.length,
        });
        found.push(...skillsOf(rows));
      }
      return found;
    },
    async schedule(skillId, dueAt) {
      await updateItem(table, pullKey(skillId), pullChanges(dueAt));
    },
  };
}
