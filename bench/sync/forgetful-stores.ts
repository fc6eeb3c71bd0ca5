import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createMemoryCategoryStore } from '#adapters/dynamodb/categories/memory-category-store.ts';
import { createMemoryConflictStore } from '#adapters/dynamodb/conflicts/memory-conflict-store.ts';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { skillItem } from '#adapters/dynamodb/skills/skill-item.ts';
import type { SyncStores } from '#adapters/dynamodb/sync-stores.ts';
import type { SkillDigest } from '#core/skills/cached-skill.ts';
import { freshEntry } from '#core/skills/skill-entry.ts';

const CHUNK = 2_000;

/**
 * Stores for a sync of more skills than dynalite takes in a reasonable time: a skill's item is made as it would
 * be written, and forgotten but for its digest, which goes to a file. Nothing of the cache stays in this process.
 */
export function openForgetfulStores(digestsPath: string): SyncStores & { close(): void } {
  const memory = createMemoryTable();
  const digestsFile = openSync(digestsPath, 'a');
  return {
    skills: {
      digests: () => readDigests(digestsPath),
      async put(version, observation) {
        skillItem(version.skill.skill_id, freshEntry(version, observation));
        const { updatedAt, hash } = version;
        const skillId = version.skill.skill_id;
        const expiresAt = observation.expiresAt.getTime();
        const digest: SkillDigest = { skillId, updatedAt, hash, expiresAt, tombstone: false };
        writeSync(digestsFile, `${JSON.stringify(digest)}\n`);
        return { outcome: 'written' };
      },
      remove: async () => false,
      tombstone: async () => false,
      putAggregates: async () => false,
    },
    categories: createMemoryCategoryStore(memory),
    rejected: createMemoryRejectedRecordStore(memory),
    checkpoints: { append: async () => undefined, load: async () => [] },
    jobs: createMemoryJobStore(memory),
    runs: createMemoryRunStore(memory),
    conflicts: createMemoryConflictStore(memory),
    close: () => closeSync(digestsFile),
  };
}

async function* readDigests(path: string): AsyncGenerator<readonly SkillDigest[]> {
  let chunk: SkillDigest[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    chunk.push(JSON.parse(line) as SkillDigest);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}
