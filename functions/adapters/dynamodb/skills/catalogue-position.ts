import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import type { SkillFilter } from '#core/skills/skill-reader.ts';
import { categoryKey } from './catalogue-entry.ts';
import { isSkillId, SHARDS, SKILL_SORT_KEY, shardOf, skillIdOf } from './skill-item.ts';

/** Where a list of skills stands: at the beginning of a shard, or after one entry of it. */
export type CataloguePosition = { readonly shard: number; readonly after?: CatalogueKey };

/** The key of an entry of the `catalogue` index: its own and that of the item. */
type CatalogueKey = {
  readonly shard: string;
  readonly category: string;
  readonly pk: string;
  readonly sk: string;
};

/** The name that cursors of the list of skills are sealed with. */
export const SKILL_LIST = 'skills';

/** The position at the beginning of a shard; undefined after the last one. */
export function shardStart(shard: number): Position | undefined {
  return shard < SHARDS.length ? [String(shard)] : undefined;
}

/** The position after an entry. */
export function positionAfter({ shard, category, pk }: Row): Position {
  return [String(shard), String(category), String(pk)];
}

/**
 * What a position stands for. A position that the table would refuse (another shard than the skill's, another
 * category than the one asked for) is no position of this list.
 *
 * @throws InvalidCursorError
 */
export function readPosition(filter: SkillFilter, position: Position | undefined): CataloguePosition {
  const [shard = '0', category, pk, ...rest] = position ?? [];
  if (!SHARDS.includes(shard) || rest.length > 0) throw invalid();
  if (category === undefined) return { shard: Number(shard) };
  const skillId = skillIdOf(pk);
  if (skillId === undefined || !isSkillId(skillId) || shardOf(skillId) !== shard) throw invalid();
  const wanted = filter.category === undefined ? category : categoryKey(filter.category);
  if (category !== wanted || category !== categoryKey(category)) throw invalid();
  return { shard: Number(shard), after: { shard, category, pk: String(pk), sk: SKILL_SORT_KEY } };
}
