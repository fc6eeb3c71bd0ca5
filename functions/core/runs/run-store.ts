import type { Page } from '#core/page.ts';
import type { Run } from './run.ts';

/** What a list of runs is narrowed down to. */
export type RunFilter = { readonly job?: string; readonly status?: string };

export type RunStore = {
  /** Writes the whole record. @throws LeaseLostError when a later holder has written it. */
  put(run: Run, expiresAt: number): Promise<void>;
  get(runId: string, now: number): Promise<Run | undefined>;
  /** Newest first. @throws InvalidCursorError */
  list(filter: RunFilter, limit: number, cursor: string | undefined, now: number): Promise<Page<Run>>;
};
