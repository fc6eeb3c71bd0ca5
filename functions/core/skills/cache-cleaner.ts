/** What a sweep deleted, by kind, and what is left alive. */
export type Sweep = {
  readonly deletedSkills: number;
  readonly deletedCategories: number;
  readonly deletedRuns: number;
  readonly deletedOther: number;
  readonly liveSkills: number;
  readonly liveCategories: number;
};

/** Deletes what has expired and DynamoDB's TTL has not deleted yet. Each delete checks that it still is expired. */
export type CacheCleaner = { sweep(now: Date, signal?: AbortSignal): Promise<Sweep> };
