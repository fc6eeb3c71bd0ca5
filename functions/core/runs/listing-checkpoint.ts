/** Where a listing that was not finished goes on. */
export type ListingPointer = {
  readonly listingId: string;
  readonly startedAt: number;
  readonly pageSize: number;
  readonly startedBy: string;
  /** What the last whole look showed, row for row, where its ids did not reach the `total`: the next is held against it. */
  readonly look?: string;
};

/** What one checkpoint adds: pages up to and including `throughPage` are done. */
export type ListingCheckpoint = {
  readonly throughPage: number;
  /** Fingerprints (`idFingerprint`) of the ids seen since the checkpoint before. */
  readonly seen: readonly string[];
  /** The run that did these pages, and what it counted on them. */
  readonly runId: string;
  readonly counts: Readonly<Record<string, number>>;
};

export type CheckpointStore = {
  append(listingId: string, checkpoint: ListingCheckpoint, expiresAt: number): Promise<void>;
  load(listingId: string): Promise<readonly ListingCheckpoint[]>;
};
