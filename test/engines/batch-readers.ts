import { createMemorySkillBatchReader } from '#adapters/dynamodb/skills/memory-skill-reader.ts';
import {
  createRememberingReader,
  createSkillBatchReader,
} from '#adapters/dynamodb/skills/skill-batch-reader.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import type { SkillBatchReader } from '#core/skills/skill-reader.ts';

/** Readers of many skills over one table: one that reads all, and one that remembers what it has read. */
export type BatchReaders = { readonly plain: SkillBatchReader; readonly remembering: SkillBatchReader };

export function memoryBatchReaders(memory: Parameters<typeof createMemorySkillBatchReader>[0]): BatchReaders {
  return { plain: createMemorySkillBatchReader(memory), remembering: createMemorySkillBatchReader(memory) };
}

export function tableBatchReaders(table: Table): BatchReaders {
  return { plain: createSkillBatchReader(table), remembering: createRememberingReader(table) };
}
