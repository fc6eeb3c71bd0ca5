import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import {
  durationSeconds,
  presentRatingSummary,
  presentRun,
  presentSummary,
} from '#functions/admin-api/present/present-run.ts';
import { aRun } from '#test/functions/admin-api/example-records.ts';

describe('Function: presentSummary', () => {
  it('counts what the run does not have as 0', () => {
    expect(presentSummary({ added: 2, conflicts_manual: 1 })).toMatchObject({
      added: 2,
      changed: 0,
      conflicts: { detected: 0, resolved: 0, manual: 1 },
    });
  });
});

describe('Function: presentRatingSummary', () => {
  it.each([
    [{}, { uploaded: 0, failed: 0, skipped: 0 }],
    [
      { uploaded: 1, failed: 2, skipped: 3, queued: 4 },
      { uploaded: 1, failed: 2, skipped: 7 },
    ],
  ])('makes of %j %j', (counts, summary) => {
    expect(presentRatingSummary(counts)).toEqual(summary);
  });
});

describe('Function: durationSeconds', () => {
  it.each([
    [undefined, null],
    [3_500, 2.5],
    // The clock of another invocation was behind.
    [500, 0],
  ])('of a run from 1,000 to %s is %s', (endedAt, seconds) => {
    expect(durationSeconds(aRun({ startedAt: 1_000, endedAt }))).toBe(seconds);
  });
});

describe('Function: presentRun', () => {
  it('has the fields of the summary only for a skill sync', () => {
    expect(presentRun(aRun())).toHaveProperty('skills_synced', 5000);
    expect(presentRun(aRun({ job: JobId.ratingSync }))).not.toHaveProperty('skills_synced');
  });

  it('shows no more of an error than code and message', () => {
    const error = { code: 'storage_unavailable', message: 'No table.', retryable: true };

    expect(presentRun(aRun({ error })).error).toEqual({ code: 'storage_unavailable', message: 'No table.' });
  });
});
