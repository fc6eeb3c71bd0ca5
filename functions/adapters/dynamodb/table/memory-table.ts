import type { CategoryItem } from '#adapters/dynamodb/categories/category-item.ts';
import type { ConflictItem } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import type { AuditItem } from '#adapters/dynamodb/records/audit-item.ts';
import type { CheckpointItem } from '#adapters/dynamodb/runs/checkpoint-item.ts';
import type { RunItem } from '#adapters/dynamodb/runs/run-item.ts';
import type { SkillItem, TombstoneItem } from '#adapters/dynamodb/skills/skill-item.ts';
import type { Key, Row } from './table.ts';

/**
 * The table of the in-memory fakes: the same items under the same keys as in DynamoDB, so that a fake differs
 * from its adapter only in how a condition is checked. Fakes made of one memory table see each other's items.
 */
export type MemoryTable = {
  readonly skills: Map<string, SkillItem | TombstoneItem>;
  readonly categories: Map<string, CategoryItem>;
  readonly rejected: Map<string, Row & { readonly sk: string; readonly expiresAt: number }>;
  readonly runs: Map<string, RunItem>;
  readonly jobs: Map<string, Row>;
  readonly audit: Map<string, AuditItem>;
  readonly checkpoints: Map<string, Map<string, CheckpointItem>>;
  readonly feed: Map<string, Row>;
  readonly conflicts: Map<string, ConflictItem>;
  readonly conflictCounts: Map<string, number>;
  /** Ratings, their pulls, conflicts and tally: items by `pk` and `sk`, as one JSON text. */
  readonly ratings: Map<string, Row & Key>;
};

/** An empty table. */
export function createMemoryTable(): MemoryTable {
  return {
    skills: new Map(),
    categories: new Map(),
    rejected: new Map(),
    runs: new Map(),
    jobs: new Map(),
    audit: new Map(),
    checkpoints: new Map(),
    feed: new Map(),
    conflicts: new Map(),
    conflictCounts: new Map(),
    ratings: new Map(),
  };
}

/** The order of DynamoDB's string keys: by UTF-8 bytes, which is not that of JavaScript's strings. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
