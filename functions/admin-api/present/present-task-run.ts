import * as z from 'zod';
import { outcomeOf, type Run, RunOutcome, RunTrigger } from '#core/runs/run.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { RunActivity } from '#functions/admin-api/tickets/run-activity.ts';
import type { TaskRun } from '#functions/admin-api/tickets/task-run.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, runId, time, usd } from './wire-schemas.ts';

/** More errors than these are not kept with a run. */
const MAX_ERRORS = 20;

/** What a run of the ticket worker counts, by the names of its counts. */
const COUNTS = [
  'pages',
  'seen',
  'new',
  'changed',
  'unchanged',
  'deleted',
  'analysed',
  'refused',
  'failed',
  'pending',
  'assigned',
  'issues',
  'new_issues',
  'incidents',
  'labelled',
] as const;

export const wireTicketCounts = z.object({
  pages: count.meta({ description: 'Pages of the export that were read.' }),
  seen: count.meta({ description: 'Tickets that Zendesk gave.' }),
  new: count,
  changed: count,
  unchanged: count,
  deleted: count,
  analysed: count,
  refused: count.meta({ description: 'Claude would not answer about them.' }),
  failed: count.meta({ description: 'Tickets that could not be taken or analysed; see the errors.' }),
  pending: count.meta({ description: 'Tickets that wait for an analysis when the run ends.' }),
  assigned: count.meta({ description: 'Tickets that came to an issue.' }),
  issues: count.meta({ description: 'Issues that there are when the run ends.' }),
  new_issues: count,
  incidents: count.meta({ description: 'Incidents that were opened.' }),
  labelled: count.meta({ description: 'Issues that Claude named.' }),
});

export const wireTokens = z.object({ in: count, out: count, cache_read: count });

export const wireTaskStatus = z.enum(RunOutcome).meta({
  description:
    '`running`: also while it waits for a batch of Claude. `interrupted`: its invocation ended without a word; the ' +
    'next run takes up its work. `skipped`: it never started, `reason` says why.',
});

export const wireTaskRun = z.object({
  run_id: runId,
  task: z.enum(TicketTask),
  trigger: z.enum(['schedule', 'manual', 'resume']),
  status: wireTaskStatus,
  started_at: time,
  completed_at: nullableTime,
  stage: z
    .enum(TicketStage)
    .nullable()
    .meta({ description: 'The part of its work that it is at, or was last.' }),
  counts: wireTicketCounts,
  cost_usd: usd,
  tokens: wireTokens,
  cursor_age_s: z
    .int()
    .nonnegative()
    .nullable()
    .meta({ description: 'How old our copy of the tickets is now; null before the first whole export.' }),
  reason: z.string().nullable().meta({ description: 'What it waits for, or why it was skipped.' }),
  errors: z
    .array(
      z.object({
        stage: z.string(),
        code: z.string(),
        message: z.string(),
        ticket_id: z.string().optional(),
      }),
    )
    .max(MAX_ERRORS)
    .meta({ description: 'What went wrong. The last one ended the run, where it failed.', examples: [[]] }),
});

/** What is known beside a run's record. */
export type TaskRunView = TaskRun & {
  readonly activity: RunActivity;
  /** Seconds; undefined where no export was ever whole. */
  readonly cursorAgeS: number | undefined;
};

export function presentTaskRun({
  run,
  task,
  activity,
  cursorAgeS,
}: TaskRunView): z.output<typeof wireTaskRun> {
  return {
    run_id: run.runId,
    task,
    trigger: run.trigger === RunTrigger.catchUp ? 'resume' : run.trigger,
    status: activity === RunActivity.lost ? RunOutcome.interrupted : outcomeOf(run),
    started_at: isoFromMs(run.startedAt),
    completed_at: timeOrNull(run.endedAt),
    stage: presentStage(run),
    counts: presentTicketCounts(run.counts),
    cost_usd: presentCost(run.counts),
    tokens: presentTokens(run.counts),
    cursor_age_s: cursorAgeS ?? null,
    reason: run.reason ?? null,
    errors: presentErrors(run),
  };
}

export function presentStage({ stage }: Run): TicketStage | null {
  return Object.values(TicketStage).find((known) => known === stage) ?? null;
}

/** A count that the run does not have is 0. */
export function presentTicketCounts(counts: Run['counts']): z.output<typeof wireTicketCounts> {
  const known = Object.fromEntries(COUNTS.map((name) => [name, counts[name] ?? 0]));
  return known as z.output<typeof wireTicketCounts>;
}

export function presentCost({ cost_micro_usd = 0 }: Run['counts']): number {
  return cost_micro_usd / 1_000_000;
}

export function presentTokens(counts: Run['counts']): z.output<typeof wireTokens> {
  const { tokens_in = 0, tokens_out = 0, tokens_cache_read = 0 } = counts;
  return { in: tokens_in, out: tokens_out, cache_read: tokens_cache_read };
}

function presentErrors({ notes = [], error, stage }: Run): z.output<typeof wireTaskRun>['errors'] {
  const end = error ? [{ stage: stage ?? '', code: error.code, message: error.message }] : [];
  const noted = notes.map(({ record, stage: at, code, message }) => ({
    ...{ stage: at, code, message },
    ...(record === undefined ? {} : { ticket_id: record }),
  }));
  return [...noted.slice(0, MAX_ERRORS - end.length), ...end];
}
