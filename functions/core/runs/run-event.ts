import * as z from 'zod';
import type { JobId, RunTrigger } from './run.ts';
import { newRunId, scheduledRunId } from './run-id.ts';

const eventSchema = z
  .object({
    trigger: z.enum(['schedule', 'manual', 'catch_up']).default('catch_up'),
    /** When the schedule meant the run to start: makes an event that is delivered twice one run. */
    scheduled_time: z.iso.datetime({ offset: true }).optional(),
    /** Names the run: one that the API waits for, or one that goes on. */
    run_id: z.ulid().optional(),
  })
  .nullish();

type AskedRun = {
  readonly job: JobId;
  readonly runId: string;
  readonly trigger: RunTrigger;
  /** When the schedule meant it to start; undefined where none did. Milliseconds since 1970. */
  readonly scheduledAt?: number;
};

/**
 * Reads what invoked the function. An event without a trigger is the one that a deployment sends: it asks for
 * a run because the cache may be behind (`catch_up`).
 */
export function readRunRequest(job: JobId, event: unknown, nowMs: number, random: () => number): AskedRun {
  const { trigger = 'catch_up', scheduled_time, run_id } = eventSchema.parse(event) ?? {};
  if (run_id) return { job, runId: run_id, trigger };
  if (scheduled_time) {
    const scheduledAt = Date.parse(scheduled_time);
    return { job, runId: scheduledRunId(job, scheduledAt), trigger, scheduledAt };
  }
  return { job, runId: newRunId(nowMs, random), trigger };
}
