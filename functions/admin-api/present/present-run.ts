import * as z from 'zod';
import { JobId, type Run, RunStatus, RunTrigger, SkipReason } from '#core/runs/run.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, runId, time } from './wire-schemas.ts';

/** What a skill sync did, by the names of its counts. */
export const skillSyncSummary = z.object({
  skills_synced: count.meta({ examples: [5000] }),
  categories_synced: count.meta({ examples: [12] }),
  added: count.meta({ examples: [3] }),
  changed: count.meta({ examples: [17] }),
  unchanged: count.meta({ examples: [4980] }),
  removed: count.meta({ examples: [1] }),
  rejected: count.meta({ description: 'Records that were refused; see /errors.', examples: [0] }),
  held_back: count.meta({
    description:
      'Records that are older than what the cache holds, or than a removal: the cache stays as it is.',
    examples: [0],
  }),
  conflicts: z.object({ detected: count, resolved: count, manual: count }),
});

/** What a rating sync did. */
export const ratingSyncSummary = z.object({
  uploaded: count.meta({ description: 'Settled: the marketplace and we hold the same.', examples: [12] }),
  failed: count.meta({ description: 'See /api/admin/ratings/failed-uploads.', examples: [0] }),
  skipped: count.meta({
    description: 'Rated anew meanwhile, or still on their way when the run ended.',
    examples: [0],
  }),
});

const progress = z.object({
  done: count,
  total: count.nullable().meta({ description: 'Null until the marketplace has said how much there is.' }),
  unit: z.string().meta({ examples: ['skills'] }),
});

const nullableText = z.string().nullable();

/** A run as the API shows it. Runs of the skill sync carry the fields of its summary as well. */
export const wireRun = z.object({
  run_id: runId,
  job: z.string().meta({ examples: [JobId.skillSync] }),
  status: z.enum(RunStatus).meta({
    description: '`interrupted`: goes on in another invocation. `skipped`: never started, `reason` says why.',
  }),
  trigger: z.enum(RunTrigger),
  started_at: time,
  ended_at: nullableTime,
  duration_seconds: z.number().nonnegative().nullable(),
  progress,
  counts: z.record(z.string(), z.number()).meta({ description: 'Everything that the job counts, by name.' }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  reason: nullableText.meta({ description: 'Why it was skipped or interrupted.' }),
  skip_reason: z.enum(SkipReason).nullable(),
  blocked_by: nullableText.meta({ description: 'The run that was in the way of a skipped one.' }),
  continues: nullableText.meta({ description: 'The run that this one goes on from.' }),
  continued_by: nullableText.meta({ description: 'The run that goes on from this one.' }),
  invocations: count,
  ...skillSyncSummary.partial().shape,
});

/** A run under way, within the status. */
export const wireCurrentRun = wireRun.pick({
  run_id: true,
  status: true,
  trigger: true,
  started_at: true,
  progress: true,
});

export function presentRun(run: Run): z.output<typeof wireRun> {
  return {
    ...(run.job === JobId.skillSync ? presentSummary(run.counts) : {}),
    run_id: run.runId,
    job: run.job,
    status: run.status,
    trigger: run.trigger,
    started_at: isoFromMs(run.startedAt),
    ended_at: timeOrNull(run.endedAt),
    duration_seconds: durationSeconds(run),
    progress: presentProgress(run),
    counts: { ...run.counts },
    error: run.error ? { code: run.error.code, message: run.error.message } : null,
    reason: run.reason ?? null,
    skip_reason: run.skipReason ?? null,
    blocked_by: run.blockedBy ?? null,
    continues: run.continues ?? null,
    continued_by: run.continuedBy ?? null,
    invocations: run.invocations,
  };
}

export function presentCurrentRun(run: Run): z.output<typeof wireCurrentRun> {
  const { run_id, status, trigger, started_at, progress } = presentRun(run);
  return { run_id, status, trigger, started_at, progress };
}

/** A count that the run does not have is 0. */
export function presentSummary(counts: Run['counts']): z.output<typeof skillSyncSummary> {
  const of = (name: string) => counts[name] ?? 0;
  return {
    skills_synced: of('skills_synced'),
    categories_synced: of('categories_synced'),
    added: of('added'),
    changed: of('changed'),
    unchanged: of('unchanged'),
    removed: of('removed'),
    rejected: of('rejected'),
    held_back: of('held_back'),
    conflicts: {
      detected: of('conflicts_detected'),
      resolved: of('conflicts_resolved'),
      manual: of('conflicts_manual'),
    },
  };
}

/** A count that the run does not have is 0. What was still on its way was not uploaded by then. */
export function presentRatingSummary(counts: Run['counts']): z.output<typeof ratingSyncSummary> {
  const { uploaded = 0, failed = 0, skipped = 0, queued = 0 } = counts;
  return { uploaded, failed, skipped: skipped + queued };
}

/** From start to end, null while there is no end. */
export function durationSeconds(run: Run): number | null {
  return run.endedAt === undefined ? null : Math.max(0, run.endedAt - run.startedAt) / 1000;
}

function presentProgress({ progress: { done, total, unit } }: Run) {
  return { done, total: total ?? null, unit };
}
