import type { Position } from '#adapters/dynamodb/table/cursor.ts';
import { type Chunk, fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { compareUtf8, type MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import type { SkillFilter, SkillReader } from '#core/skills/skill-reader.ts';
import { categoryKey, matches } from './catalogue-entry.ts';
import { positionAfter, readPosition, SKILL_LIST } from './catalogue-position.ts';
import { readSkill, type SkillItem } from './skill-item.ts';

/** The in-memory fake of `createSkillReader`. Skills of one shard and category come in the order of their ids. */
export function createMemorySkillReader({ skills }: Pick<MemoryTable, 'skills'>): SkillReader {
  return {
    async get(skillId, now) {
      const item = skills.get(skillId);
      return item && readLive(item, now);
    },
    async list(filter, limit, cursor, now) {
      const read = async (after: Position | undefined) => readAfter(skills, filter, now, after);
      return fillPage({ list: SKILL_LIST, filter, read }, limit, cursor, 1);
    },
  };
}

function readAfter(
  skills: MemoryTable['skills'],
  filter: SkillFilter,
  now: Date,
  position: Position | undefined,
): Chunk<CachedSkill> {
  const { shard, after } = readPosition(filter, position);
  const start = [String(shard), after?.category ?? '', after?.pk ?? ''];
  const hits = [...skills.values()]
    .filter((item) => item.deletedAt === undefined && isInCategory(item, filter))
    .map((row) => ({ row, position: positionAfter(row) }))
    .filter((entry) => comparePositions(entry.position, start) > 0)
    .sort((a, b) => comparePositions(a.position, b.position))
    .flatMap(({ row, position: at }) => {
      const item = readLive(row, now);
      return item && matches(filter, effectiveSkill(item)) ? [{ item, position: at }] : [];
    });
  return { hits, next: undefined };
}

function isInCategory(item: SkillItem, { category }: SkillFilter): boolean {
  return category === undefined || item.category === categoryKey(category);
}

function comparePositions(a: Position, b: Position): number {
  for (const [at, part] of a.entries()) {
    const order = compareUtf8(part, b[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function readLive(row: Row, now: Date): CachedSkill | undefined {
  const skill = readSkill(row);
  return typeof skill === 'object' && skill.expiresAt > now ? skill : undefined;
}
