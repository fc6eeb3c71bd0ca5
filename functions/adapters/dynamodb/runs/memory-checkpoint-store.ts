import { compareUtf8, type MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import type { CheckpointStore } from '#core/runs/listing-checkpoint.ts';
import { type CheckpointItem, checkpointItems, readCheckpoint } from './checkpoint-item.ts';

/** The in-memory fake of `createCheckpointStore`. */
export function createMemoryCheckpointStore({
  checkpoints,
}: Pick<MemoryTable, 'checkpoints'>): CheckpointStore {
  return {
    async append(listingId, checkpoint, expiresAt) {
      const items = checkpoints.get(listingId) ?? new Map<string, CheckpointItem>();
      checkpoints.set(listingId, items);
      for (const item of checkpointItems(listingId, checkpoint, expiresAt)) items.set(item.sk, item);
    },
    async load(listingId) {
      const items = [...(checkpoints.get(listingId)?.values() ?? [])].sort((a, b) => compareUtf8(a.sk, b.sk));
      const loaded = items.flatMap((item) => readCheckpoint(item) ?? []);
      return loaded.length === items.length ? loaded : [];
    },
  };
}
