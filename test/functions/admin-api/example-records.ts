import type { FeedReport } from '#core/feed/feed-state.ts';
import type { JobState } from '#core/runs/job-store.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';

/** When the worlds of these tests begin (ms since 1970). */
export const NOW = Date.parse('2026-02-19T10:30:00Z');

export const RUN_ID = '01KHTNPR6M4Y8Z0V9QK2D3F5GH';

export const SKILL_SYNC_SCHEDULE: JobSchedule = {
  job: JobId.skillSync,
  name: 'Atom SaaS skill sync',
  enabled: true,
  expression: { kind: 'rate', minutes: 15 },
  since: NOW - 20 * 60_000,
};

export const CLEANUP_SCHEDULE: JobSchedule = {
  job: JobId.cacheCleanup,
  name: 'Cache cleanup',
  enabled: true,
  expression: { kind: 'cron', cron: '0 0 * * ? *' },
  since: NOW - 86_400_000,
};

/** The state of a job that never ran, with what is given. */
export function jobState(job: string, over: Partial<JobState> = {}): JobState {
  return {
    job,
    fence: 0,
    totalRuns: 0,
    successfulRuns: 0,
    failedRuns: 0,
    skillsCount: 0,
    categoriesCount: 0,
    durations: { count: 0, sumSeconds: 0, buckets: [] },
    errors: {},
    ...over,
  };
}

/** A skill sync that succeeded, with what is given. */
export function aRun(over: Partial<Run> = {}): Run {
  return {
    runId: RUN_ID,
    job: JobId.skillSync,
    status: 'success',
    trigger: 'schedule',
    startedAt: NOW - 60_000,
    endedAt: NOW - 56_500,
    progress: { done: 5000, total: 5000, unit: 'skills' },
    counts: {
      skills_synced: 5000,
      categories_synced: 12,
      added: 3,
      changed: 17,
      unchanged: 4980,
      removed: 1,
    },
    invocations: 1,
    fence: 7,
    ...over,
  };
}

/** A feed that is connected and has been before. */
export function aFeedReport(over: Partial<FeedReport> = {}): FeedReport {
  return {
    status: 'open',
    connected: true,
    lastConnectedAt: NOW - 60_000,
    lastMessageAt: NOW - 1_000,
    reconnectAttempts: 0,
    consecutiveFailures: 0,
    fallbackToPolling: false,
    lastCatchUpAt: NOW - 59_000,
    reconnectsTotal: 4,
    messagesTotal: { skill_update: 30, category_update: 2, rating_update: 5, skill_delete: 1 },
    rejectedTotal: 3,
    fallbackSecondsTotal: 120,
    ...over,
  };
}
