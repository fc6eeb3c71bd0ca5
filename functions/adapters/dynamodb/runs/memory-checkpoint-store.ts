import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';
import type { CheckpointStore } from '#core/runs/listing-checkpoint.ts';
import { type CheckpointItem, checkpointItems, readCheckpoint } from './checkpoint-item.ts';

/** The items of checkpoints by listing and sort key. */
export type MemoryCheckpoints = { readonly checkpoints: Map<string, Map<string, CheckpointItem>> };

/** The in-memory fake of `createCheckpointStore`. */
export function createMemoryCheckpointStore({ checkpoints }: MemoryCheckpoints): CheckpointStore {
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
