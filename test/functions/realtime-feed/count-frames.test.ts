import { describe, expect, it } from 'vitest';
import { FrameCounter } from '#functions/realtime-feed/count-frames.ts';
import { aFeedReport } from '#test/functions/admin-api/example-records.ts';

const AT = 1_700_000_000_000;

const FOUND = { detected: true, type: 'OTHER', severity: 'LOW' } as const;

describe('Class: FrameCounter', () => {
  it('counts by kind since the table exists, and by the minute', () => {
    const counter = new FrameCounter(() => 0);
    counter.message('skill_update', AT);
    counter.message('skill_update', AT + 1);
    counter.rejected(AT + 2);
    counter.reconnected();
    expect(counter.totals()).toEqual({
      messagesTotal: { skill_update: 2, category_update: 0, rating_update: 0, skill_delete: 0 },
      rejectedTotal: 1,
      reconnectsTotal: 1,
      fallbackSecondsTotal: 0,
      lastMessageAt: AT + 2,
    });
    expect(counter.takeMinute()).toMatchObject({ messages: 2, rejected: 1, reconnects: 1 });
    expect(counter.takeMinute()).toMatchObject({ messages: 0, rejected: 0, reconnects: 0 });
    expect(counter.totals().rejectedTotal).toBe(1);
  });

  it('continues the totals of the task before', () => {
    const counter = new FrameCounter(() => 0);
    counter.continueFrom(aFeedReport({ rejectedTotal: 7, reconnectsTotal: 3, lastMessageAt: AT }));
    counter.rejected(AT + 1);
    expect(counter.totals()).toMatchObject({ rejectedTotal: 8, reconnectsTotal: 3, lastMessageAt: AT + 1 });
  });

  it('counts time in the fallback in whole seconds, each minute, and loses none between two', () => {
    const counter = new FrameCounter(() => 0);
    counter.continueFrom(aFeedReport({ fallbackSecondsTotal: 100 }));
    counter.fellBack(1_600);
    expect(counter.totals().fallbackSecondsTotal).toBe(100);
    expect(counter.takeMinute().fallbackSeconds).toBe(1);
    counter.fellBack(400);
    expect(counter.takeMinute().fallbackSeconds).toBe(1);
    expect(counter.takeMinute().fallbackSeconds).toBe(0);
    expect(counter.totals().fallbackSecondsTotal).toBe(102);
  });

  it('counts the conflicts that began and that ended', () => {
    const counter = new FrameCounter(() => 0);
    counter.conflict({ ...FOUND, end: undefined });
    counter.conflict({ ...FOUND, end: 'merge' });
    expect(counter.takeMinute()).toMatchObject({ conflictsDetected: 2, conflictsResolved: 1 });
  });

  it('keeps a sample of 99 latencies in which each of the minute has the same chance', () => {
    let draws = 0;
    // In turns: the first place, and a place that is not in the sample.
    const counter = new FrameCounter(() => (draws++ % 2 === 0 ? 0 : 0.999));
    for (let n = 0; n < 99; n += 1) counter.stored(n);
    counter.stored(1_000);
    counter.stored(2_000);
    const { latenciesMs } = counter.takeMinute();
    expect(latenciesMs).toHaveLength(99);
    expect([latenciesMs[0], latenciesMs.includes(2_000)]).toEqual([1_000, false]);
  });
});
