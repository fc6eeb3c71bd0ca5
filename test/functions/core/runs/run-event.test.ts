import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { readRunRequest } from '#core/runs/run-event.ts';
import { isRunId, newRunId, scheduledRunId } from '#core/runs/run-id.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const read = (event: unknown) => readRunRequest(JobId.skillSync, event, NOW, () => 0.5);

describe('Function: readRunRequest', () => {
  it.each([[undefined], [null], [{}]])('takes %j for the event of a deployment: a catch-up, new', (event) => {
    expect(read(event)).toEqual({
      job: JobId.skillSync,
      trigger: 'catch_up',
      runId: newRunId(NOW, () => 0.5),
    });
  });

  it('names a run by its scheduled time, so that an event that comes twice is one run', () => {
    const event = { trigger: 'schedule', scheduled_time: '2026-03-02T10:00:00+01:00' };
    expect(read(event)).toMatchObject({ trigger: 'schedule', runId: scheduledRunId(JobId.skillSync, NOW) });
    expect(isRunId(read(event).runId)).toBe(true);
    expect(read(event)).toEqual(read({ ...event, scheduled_time: '2026-03-02T09:00:00Z' }));
    expect(read({ ...event, scheduled_time: '2026-03-02T09:00:01Z' })).not.toEqual(read(event));
  });

  it('goes by the id that was given before anything else', () => {
    const run_id = newRunId(NOW - 1, () => 0.1);
    const event = { trigger: 'manual', run_id, scheduled_time: '2026-03-02T09:00:00Z' };
    expect(read(event)).toMatchObject({ trigger: 'manual', runId: run_id });
  });

  it.each([[{ trigger: 'unknown' }], [{ run_id: 'r1' }], [{ scheduled_time: 'today' }], ['text']])(
    'refuses %j',
    (event) => {
      expect(() => read(event)).toThrow();
    },
  );
});
