import type { Page } from '#core/page.ts';
import type { Run } from './run.ts';

/** What a list of runs is narrowed down to. */
export type RunFilter = {
  /** Runs of this job, or of one of these. */
  readonly job?: string | readonly string[];
  readonly status?: string;
  /** What the run came to, or is at, over all its invocations (`outcomeOf`). */
  readonly outcome?: string | readonly string[];
  /** Only runs that were asked for at this time or later (ms since 1970): the list ends there, and is not read beyond. */
  readonly since?: number;
};

export type RunStore = {
  /** Writes the whole record. @throws LeaseLostError when a later holder has written it. */
  put(run: Run, expiresAt: number): Promise<void>;
  get(runId: string, now: number): Promise<Run | undefined>;
  /** Newest first. @throws InvalidCursorError */
  list(filter: RunFilter, limit: number, cursor: string | undefined, now: number): Promise<Page<Run>>;
};
