import type { WorkResult } from '#core/runs/end-run.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { JobStore } from '#core/runs/job-store.ts';
import { JobId } from '#core/runs/run.ts';
import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import type { Now } from '#core/time/clock.ts';

export type CleanCacheDeps = {
  readonly cleaner: CacheCleaner;
  readonly jobs: Pick<JobStore, 'setCacheSize'>;
  readonly now: Now;
};

/**
 * The work of the job `cache-cleanup`: deletes what expired, old run records included, and puts the size of the
 * cache right, which nobody else does while no sync succeeds.
 */
export async function cleanCache(deps: CleanCacheDeps, context: RunContext): Promise<WorkResult> {
  // What it deletes stays deleted, however far it gets: one that is out of time has not failed.
  context.advanced();
  const sweep = await deps.cleaner.sweep(new Date(deps.now()), context.signal);
  const { liveSkills, liveCategories, deletedSkills, deletedCategories, deletedRuns, deletedOther } = sweep;
  await deps.jobs.setCacheSize(JobId.skillSync, { skillsCount: liveSkills, categoriesCount: liveCategories });
  const deleted = deletedSkills + deletedCategories + deletedRuns + deletedOther;
  const counts = {
    deleted,
    deleted_skills: deletedSkills,
    deleted_categories: deletedCategories,
    deleted_runs: deletedRuns,
    deleted_other: deletedOther,
  };
  context.report({ done: deleted, total: deleted, unit: 'items' }, counts);
  return {};
}
