import type { Page } from '#core/page.ts';

/** A record that was refused: which, why, when first and last. */
export type RejectedRecord = {
  /** The record's id, or a fingerprint of its content where it has none. */
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly runId: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
};

export type RejectedRecordStore = {
  /** Records that are not expired, in order of their ids. */
  list(limit: number, cursor: string | undefined, now: number): Promise<Page<RejectedRecord>>;
  put(record: RejectedRecord): Promise<void>;
};

/** Forgets a refused record: for a writer that keeps the newest so many. */
export type RejectedRecordRemover = {
  remove(record: Pick<RejectedRecord, 'kind' | 'id'>): Promise<void>;
};
