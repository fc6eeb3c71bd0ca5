import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { ListingCheckpoint } from '#core/runs/listing-checkpoint.ts';

/** An `idFingerprint` has so many characters, so they can stand side by side without a separator. */
const FINGERPRINT_LENGTH = 11;
/** 330 KB: an item takes 400. */
const MAX_FINGERPRINTS = 30_000;

/** A checkpoint's item, or a part of one. */
export type CheckpointItem = Key & {
  readonly throughPage: number;
  readonly seen: string;
  readonly runId: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly expiresAt: number;
};

/** The partition of a listing. */
export function listingPartition(listingId: string): string {
  return `LISTING#${listingId}`;
}

/**
 * The items of a checkpoint, in the order in which they must be written: almost always one. Where there are
 * more, only the last one says that the pages are done and what was counted on them; without it the others are
 * ids seen, no more.
 */
export function checkpointItems(
  listingId: string,
  { throughPage, seen, runId, counts }: ListingCheckpoint,
  expiresAt: number,
): CheckpointItem[] {
  const parts = Math.max(1, Math.ceil(seen.length / MAX_FINGERPRINTS));
  const sk = `PAGE#${String(throughPage).padStart(8, '0')}`;
  return Array.from({ length: parts }, (_, part) => ({
    pk: listingPartition(listingId),
    sk: parts === 1 ? sk : `${sk}#${part}`,
    throughPage: part === parts - 1 ? throughPage : 0,
    seen: seen.slice(part * MAX_FINGERPRINTS, (part + 1) * MAX_FINGERPRINTS).join(''),
    runId,
    counts: part === parts - 1 ? counts : {},
    expiresAt: toEpochSeconds(expiresAt),
  }));
}

/** The checkpoint in an item; undefined where it can't be read. */
export function readCheckpoint({ throughPage, seen, runId, counts }: Row): ListingCheckpoint | undefined {
  if (typeof throughPage !== 'number' || typeof seen !== 'string') return undefined;
  if (typeof runId !== 'string' || !isCounts(counts)) return undefined;
  if (seen.length % FINGERPRINT_LENGTH !== 0) return undefined;
  const fingerprints: string[] = [];
  for (let at = 0; at < seen.length; at += FINGERPRINT_LENGTH) {
    fingerprints.push(seen.slice(at, at + FINGERPRINT_LENGTH));
  }
  return { throughPage, seen: fingerprints, runId, counts };
}

function isCounts(value: unknown): value is Record<string, number> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((count) => typeof count === 'number');
}
