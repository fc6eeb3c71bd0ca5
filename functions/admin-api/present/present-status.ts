import * as z from 'zod';
import type { FeedState } from '#core/feed/feed-state.ts';
import type { JobState } from '#core/runs/job-store.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import type { Run } from '#core/runs/run.ts';
import { isStillOn } from '#core/time/wrong-clock.ts';
import type { IssueCounts } from '#functions/admin-api/issues/count-issues.ts';
import { presentFeedSummary, wireFeedSummary } from './present-feed.ts';
import { presentCurrentRun, wireCurrentRun } from './present-run.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, success } from './wire-schemas.ts';

const jobSummary = z.object({
  status: z.enum(['idle', 'syncing', 'error']).meta({ description: '`error`: the last run failed.' }),
  last_sync_at: nullableTime,
  last_successful_sync_at: nullableTime,
  total_syncs: count,
  successful_syncs: count,
  failed_syncs: count,
  current_run: wireCurrentRun.optional(),
});

export const wireStatus = z.object({
  success,
  sync: jobSummary,
  ratings: jobSummary.extend({ pending: count, synced: count, failed: count }),
  websocket: wireFeedSummary,
  cache: z.object({ skills_count: count, categories_count: count }),
  tickets: jobSummary
    .omit({ current_run: true })
    .extend({
      pending: count.meta({ description: 'Tickets that wait for their analysis.' }),
      failed: count.meta({ description: 'Tickets whose analysis has failed.' }),
      last_error: z.string().nullable().meta({ description: 'What went wrong last: one sentence.' }),
      issues: z
        .object({ open: count, acknowledged: count, resolved: count, ignored: count, emerging: count })
        .meta({ description: 'Issues by status.' }),
      incidents_open: count,
    })
    .optional()
    .meta({ description: 'Only where support tickets are deployed.' }),
});

/** The state of a job with its run record, where one runs now. */
export type JobView = {
  readonly state: JobState;
  readonly current: Run | undefined;
  readonly running: boolean;
};

/** What is known of the feed, and when: only then can it be said whether it is connected. */
export type FeedView = { readonly feed: FeedState; readonly nowMs: number };

/** The run that holds the job's lease now. A lease that is over belongs to nobody. */
export function runningRunId(state: JobState, nowMs: number): string | undefined {
  return isStillOn(state.leaseUntil, nowMs, LEASE_MS) ? state.runningRunId : undefined;
}

/** How many ratings wait, have reached the marketplace, and have failed. */
export type RatingStatusCounts = {
  readonly pending: number;
  readonly synced: number;
  readonly failed: number;
};

/** The ticket worker, how many tickets wait and have failed, and what went wrong last. */
export type TicketStatusView = {
  readonly job: JobView;
  readonly pending: number;
  readonly failed: number;
  readonly lastError: string | null;
  readonly issues: IssueCounts;
};

/** Everything that is known of the whole system. */
export type StatusView = {
  readonly skillSync: JobView;
  readonly ratingSync: JobView;
  readonly ratings: RatingStatusCounts;
  readonly feed: FeedView;
  /** Undefined where tickets are not deployed. */
  readonly tickets: TicketStatusView | undefined;
};

export function presentStatus({
  skillSync,
  ratingSync,
  ratings,
  feed: { feed, nowMs },
  tickets,
}: StatusView): z.output<typeof wireStatus> {
  return {
    success: true,
    sync: presentJobSummary(skillSync),
    ratings: { ...presentJobSummary(ratingSync), ...ratings },
    websocket: presentFeedSummary(feed, nowMs),
    cache: {
      skills_count: skillSync.state.skillsCount,
      categories_count: skillSync.state.categoriesCount,
    },
    ...(tickets && { tickets: presentTickets(tickets) }),
  };
}

function presentTickets({ job, pending, failed, lastError, issues }: TicketStatusView) {
  const { current_run: _underWorker, ...summary } = presentJobSummary(job);
  return {
    ...summary,
    ...{ pending, failed, last_error: lastError },
    issues: { ...issues.byStatus },
    incidents_open: issues.openIncidents,
  };
}

function presentJobSummary({ state, current, running }: JobView): z.output<typeof jobSummary> {
  const ended = state.lastStatus === 'failed' ? 'error' : 'idle';
  return {
    status: running ? 'syncing' : ended,
    last_sync_at: timeOrNull(state.lastRunAt),
    last_successful_sync_at: timeOrNull(state.lastSuccessAt),
    total_syncs: state.totalRuns,
    successful_syncs: state.successfulRuns,
    failed_syncs: state.failedRuns,
    ...(current && { current_run: presentCurrentRun(current) }),
  };
}
