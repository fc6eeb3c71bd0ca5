import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '#core/runs/lease.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';
import { type JobView, presentStatus, runningRunId } from '#functions/admin-api/present/present-status.ts';
import { jobState, NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';

describe('Function: runningRunId', () => {
  const LATEST = NOW + LEASE_MS + CLOCK_TOLERANCE_MS;

  it.each([
    [undefined, undefined],
    [NOW, undefined],
    [NOW + 1, RUN_ID],
    [LATEST, RUN_ID],
    [LATEST + 1, undefined],
  ])('of a lease until %s is %s', (leaseUntil, expected) => {
    const state = jobState('job', { runningRunId: RUN_ID, ...(leaseUntil !== undefined && { leaseUntil }) });

    expect(runningRunId(state, NOW)).toBe(expected);
  });
});

describe('Function: presentStatus', () => {
  const view = (lastStatus: 'success' | 'failed' | undefined, running: boolean): JobView => ({
    state: jobState('job', lastStatus && { lastStatus }),
    current: undefined,
    running,
  });
  const unheard = { report: undefined, reportedAt: undefined, leaseUntil: undefined };
  const feed = { feed: { ...unheard, control: { enabled: true } }, nowMs: NOW };

  it.each([
    [undefined, false, 'idle'],
    ['success', false, 'idle'],
    ['failed', false, 'error'],
    ['failed', true, 'syncing'],
  ] as const)('of a job whose last run was %s, running: %s, is %s', (lastStatus, running, status) => {
    const counts = { pending: 1, synced: 2, failed: 3 };

    const shown = presentStatus({
      skillSync: view(undefined, false),
      ratingSync: view(lastStatus, running),
      ratings: counts,
      feed,
      tickets: undefined,
    });

    expect(shown.sync.status).toBe('idle');
    expect(shown.ratings).toMatchObject({ status, ...counts });
    expect(shown).not.toHaveProperty('tickets');
  });

  it('tells how the tickets are, where there are any', () => {
    const idle = view(undefined, false);
    const counts = { pending: 1, synced: 2, failed: 3 };
    const byStatus = { open: 6, acknowledged: 1, resolved: 2, ignored: 0, emerging: 9 };
    const tickets = {
      ...{ job: view('failed', false), pending: 4, failed: 5, lastError: 'It needs an admin.' },
      issues: { byStatus, openIncidents: 1 },
    };

    const shown = presentStatus({ skillSync: idle, ratingSync: idle, ratings: counts, feed, tickets });

    expect(shown.tickets).toMatchObject({
      status: 'error',
      pending: 4,
      failed: 5,
      last_error: 'It needs an admin.',
      issues: byStatus,
      incidents_open: 1,
    });
    expect(shown.tickets).not.toHaveProperty('current_run');
  });
});
