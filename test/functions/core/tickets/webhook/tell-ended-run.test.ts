import { describe, expect, it } from 'vitest';
import { type Run, requestedRun } from '#core/runs/run.ts';
import { tellEndedRun } from '#core/tickets/webhook/tell-ended-run.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';

const RUN: Run = requestedRun(
  { runId: 'R1', job: 'ticket_sync', trigger: 'manual', unit: 'tickets' },
  1_000,
  undefined,
);

describe('tellEndedRun', () => {
  it('tells of each run that has ended, and of no other', async () => {
    const sent: WebhookEvent[] = [];
    const tell = tellEndedRun({ send: async (event) => void sent.push(event) });
    for (const status of ['running', 'interrupted', 'success', 'failed'] as const) {
      await tell({ ...RUN, status, endedAt: 2_000 });
    }
    expect(sent.map(({ type }) => type)).toEqual(['run.completed', 'run.failed']);
  });

  it('tells nobody where there is nobody', async () => {
    await expect(tellEndedRun(undefined)({ ...RUN, status: 'success' })).resolves.toBeUndefined();
  });
});
