import type { Reading } from './detect-burst.ts';
import type { Series } from './hour-counts.ts';
import type { TextVector } from './text-vector.ts';

/** A ticket that a burst is made of. */
export type EvidenceTicket = {
  readonly id: string;
  readonly requester: string | null;
  readonly issueId: string | null;
  /** The statement of its analysis, or its redacted subject. */
  readonly text: string;
  readonly vector: TextVector;
};

/** A burst of one series in one hour, with the tickets of its window. */
export type BurstAlert = Reading & {
  readonly series: Series;
  /** The last hour of its window, since 1970. */
  readonly hour: number;
  readonly tickets: readonly EvidenceTicket[];
};
