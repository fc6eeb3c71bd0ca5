import { describe, expect, it } from 'vitest';
import type { FeedMinute } from '#functions/realtime-feed/count-frames.ts';
import { logMinute } from '#functions/realtime-feed/log-minute.ts';

const QUIET: FeedMinute = {
  ...{ messages: 0, rejected: 0, reconnects: 0, fallbackSeconds: 0, latenciesMs: [] },
  ...{ conflictsDetected: 0, conflictsResolved: 0 },
};

function linesOf(minute: Partial<FeedMinute>): unknown[] {
  const lines: unknown[] = [];
  logMinute({ info: (message, facts) => void lines.push({ message, ...facts }) }, { ...QUIET, ...minute });
  return lines;
}

describe('logMinute', () => {
  it('says what a minute came to, with the latency that 99 of 100 updates kept', () => {
    const latenciesMs = Array.from({ length: 99 }, (_, index) => 99 - index);
    expect(linesOf({ messages: 7, rejected: 1, reconnects: 2, latenciesMs })).toEqual([
      {
        message: 'feed minute',
        ...{ messages: 7, rejected: 1, reconnects: 2, fallback_seconds: 0, latency_ms: 99 },
      },
    ]);
    expect(linesOf({ fallbackSeconds: 60 })).toMatchObject([{ fallback_seconds: 60, latency_ms: undefined }]);
  });

  it('says nothing of a minute in which nothing happened', () => {
    expect(linesOf({})).toEqual([]);
  });
});
