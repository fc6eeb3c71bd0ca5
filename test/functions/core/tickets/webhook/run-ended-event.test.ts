import { describe, expect, it } from 'vitest';
import type { Run } from '#core/runs/run.ts';
import { runEndedEvent } from '#core/tickets/webhook/run-ended-event.ts';
import { parseWebhookEvent } from '#core/tickets/webhook/webhook-event.ts';

const RUN: Run = {
  runId: '01KJPWD6M00000000000000000',
  job: 'daily_sync',
  status: 'success',
  trigger: 'schedule',
  startedAt: Date.UTC(2026, 10, 27, 2),
  endedAt: Date.UTC(2026, 10, 27, 2, 3),
  progress: { done: 7, total: 7, unit: 'tickets' },
  counts: { new: 7 },
  notes: [{ stage: 'sync', code: 'zendesk_malformed', message: 'Odd.', record: '42' }],
  invocations: 2,
  fence: 3,
};

describe('Function: runEndedEvent', () => {
  it('tells of a run that ended well, in a form that the queue takes', () => {
    const event = runEndedEvent(RUN)!;
    expect(event).toEqual({
      id: '01KJPWD6M00000000000000000.run.completed',
      type: 'run.completed',
      occurred_at: '2026-11-27T02:03:00.000Z',
      data: {
        run_id: RUN.runId,
        job: 'daily_sync',
        trigger: 'schedule',
        started_at: '2026-11-27T02:00:00.000Z',
        completed_at: '2026-11-27T02:03:00.000Z',
        counts: { new: 7 },
        error: null,
        notes: [{ stage: 'sync', code: 'zendesk_malformed', message: 'Odd.' }],
      },
    });
    expect(parseWebhookEvent(JSON.stringify(event))).toEqual(event);
  });

  it('tells why a run failed', () => {
    const error = { code: 'zendesk_auth', message: 'Put the token in.', retryable: false };
    expect(runEndedEvent({ ...RUN, status: 'failed', error })).toMatchObject({
      type: 'run.failed',
      data: { error: { code: 'zendesk_auth', message: 'Put the token in.' } },
    });
  });

  it.each(['running', 'interrupted', 'skipped'] as const)('tells nothing of a run that is %s', (status) => {
    expect(runEndedEvent({ ...RUN, status })).toBeUndefined();
  });
});
