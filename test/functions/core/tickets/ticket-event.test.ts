import { describe, expect, it } from 'vitest';
import { JOB_OF_TASK, readTicketParameters } from '#core/tickets/ticket-event.ts';

describe('Function: readTicketParameters', () => {
  it.each([undefined, null, {}, { trigger: 'schedule' }])('takes %j for a sync', (event) => {
    expect(readTicketParameters(event)).toEqual({ task: 'sync' });
  });

  it('keeps what the run is asked to do, and nothing of how it was asked', () => {
    const event = { trigger: 'manual', run_id: 'r', task: 'pipeline', backfill_days: 90, batch_size: 7 };
    expect(readTicketParameters(event)).toEqual({ task: 'pipeline', backfill_days: 90, batch_size: 7 });
  });

  it.each([
    { task: 'purge' },
    { backfill_days: 0 },
    { backfill_days: 731 },
    { backfill_days: 1.5 },
    { batch_size: 0 },
    { batch_size: 10_001 },
  ])('refuses %j', (event) => {
    expect(() => readTicketParameters(event)).toThrow();
  });

  it('has a job for every task', () => {
    expect(JOB_OF_TASK).toEqual({
      sync: 'ticket_sync',
      analyze: 'ticket_analysis',
      pipeline: 'daily_sync',
      consolidate: 'ticket_consolidate',
      retention: 'ticket_retention',
    });
  });
});
