import * as z from 'zod';
import { isRequested, type Run } from '#core/runs/run.ts';
import { TicketStage } from '#core/tickets/ticket-task.ts';
import type { WorkerRun, WorkerView } from '#functions/admin-api/tickets/read-worker.ts';
import { RunActivity } from '#functions/admin-api/tickets/run-activity.ts';
import {
  presentCost,
  presentStage,
  presentTicketCounts,
  presentTokens,
  wireTicketCounts,
  wireTokens,
} from './present-task-run.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, usd } from './wire-schemas.ts';

/** The worker of the tickets, in the words that readers of this address know. */
export const wireWorker = z.object({
  status: z.enum(['idle', 'running', 'completed', 'failed']).meta({
    description:
      '`running`: also while a run waits for a batch of Claude. Else how the last run ended; `idle`: there was none, ' +
      'or none can start.',
  }),
  progress: z.object({
    stage: z.enum(TicketStage).nullable(),
    done: count,
    total: count.nullable().meta({ description: 'Null while nobody knows.' }),
    unit: z.string().meta({ examples: ['tickets'] }),
    percent: z.int().min(0).max(100).nullable(),
  }),
  is_running: z.boolean(),
  started_at: nullableTime,
  completed_at: nullableTime,
  last_result: wireTicketCounts
    .extend({ cost_usd: usd, tokens: wireTokens })
    .nullable()
    .meta({ description: 'What the last run that is over counted.' }),
  last_error: z
    .string()
    .nullable()
    .meta({
      description: 'What went wrong last, or what to set so that runs start: one sentence.',
      examples: [null],
    }),
});

const LOST =
  'The last run ended without a word: its process was stopped. The next run goes on where it stopped.';

/** @param disabled why no run starts; undefined where they do */
export function presentWorker(
  { underWay: [current], last }: WorkerView,
  disabled: string | undefined,
): z.output<typeof wireWorker> {
  const shown = current ?? last;
  return {
    status: current ? 'running' : disabled !== undefined ? 'idle' : statusAfter(last),
    progress: presentProgress(shown),
    is_running: current !== undefined,
    started_at: timeOrNull(shown?.run.startedAt),
    completed_at: timeOrNull(shown?.run.endedAt),
    last_result: last ? presentResult(last.run) : null,
    last_error: current ? noteOf(current.run) : (disabled ?? errorOf(last)),
  };
}

function statusAfter(last: WorkerRun | undefined): 'idle' | 'completed' | 'failed' {
  if (last === undefined) return 'idle';
  return last.run.status === 'success' ? 'completed' : 'failed';
}

function presentProgress(shown: WorkerRun | undefined): z.output<typeof wireWorker>['progress'] {
  if (shown === undefined) return { stage: null, done: 0, total: null, unit: 'tickets', percent: null };
  const { progress, status } = shown.run;
  const { done, total, unit } = progress;
  const stage = isRequested(shown.run) ? null : presentStage(shown.run);
  return { stage, done, total: total ?? null, unit, percent: percentOf(progress, status === 'success') };
}

/** Never 100 before the end. */
function percentOf({ done, total }: Run['progress'], isDone: boolean): number | null {
  if (isDone) return 100;
  if (total === undefined || total === 0) return null;
  return Math.max(0, Math.min(99, Math.floor((done * 100) / total)));
}

function presentResult({ counts }: Run): z.output<typeof wireWorker>['last_result'] {
  return {
    ...presentTicketCounts(counts),
    cost_usd: presentCost(counts),
    tokens: presentTokens(counts),
  };
}

function errorOf(last: WorkerRun | undefined): string | null {
  if (last === undefined) return null;
  if (last.activity === RunActivity.lost) return LOST;
  return last.run.error?.message ?? noteOf(last.run);
}

/** What was noted of the run as a whole, such as a budget that is used up; what is about one ticket is in its errors. */
function noteOf({ notes = [] }: Run): string | null {
  return notes.find(({ record }) => record === undefined)?.message ?? null;
}
