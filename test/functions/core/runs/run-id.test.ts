import { describe, expect, it } from 'vitest';
import { firstRunId, isRunId, newRunId, scheduledRunId } from '#core/runs/run-id.ts';

const AT = Date.UTC(2026, 2, 2, 9);
const TIME = '01KJPWD6M0';

describe('Function: newRunId', () => {
  it('is a ULID of the time that it is asked for, and of chance', () => {
    expect(newRunId(AT, () => 0)).toBe(`${TIME}${'0'.repeat(16)}`);
    expect(newRunId(AT, () => 0.5)).not.toBe(newRunId(AT, () => 0));
  });

  it('sorts by time, whatever chance adds', () => {
    expect(newRunId(AT, () => 0.99) < newRunId(AT + 1, () => 0)).toBe(true);
  });
});

describe('Function: firstRunId', () => {
  it('is the smallest of its time', () => {
    expect(firstRunId(AT)).toBe(newRunId(AT, () => 0));
    expect(firstRunId(AT) > newRunId(AT - 1, () => 0.99)).toBe(true);
  });
});

describe('Function: scheduledRunId', () => {
  it('is the same for the same job and time, for good: an event that comes twice is one run', () => {
    expect(scheduledRunId('skill-sync-atom-saas', AT)).toBe(`${TIME}YR0Z9A77TCHDPKQT`);
  });

  it('is another one for another job or time', () => {
    const ids = [
      scheduledRunId('skill-sync-atom-saas', AT),
      scheduledRunId('rating-sync-atom-saas', AT),
      scheduledRunId('skill-sync-atom-saas', AT + 60_000),
    ];
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]?.slice(0, 10)).toBe(ids[1]?.slice(0, 10));
    expect(ids.every(isRunId)).toBe(true);
  });

  it('sorts by time among the ids of runs that nobody scheduled', () => {
    const id = scheduledRunId('cache-cleanup', AT);
    expect(newRunId(AT - 1, () => 0.99) < id).toBe(true);
    expect(id < newRunId(AT + 1, () => 0)).toBe(true);
  });
});

describe('Function: isRunId', () => {
  it.each([
    ['an id', scheduledRunId('cache-cleanup', AT), true],
    ['what is too short', TIME, false],
    ['what has a letter that no id has', `${TIME}${'U'.repeat(16)}`, false],
    ['nothing', '', false],
  ])('says of %s: %s is %s', (_what, text, expected) => {
    expect(isRunId(text)).toBe(expected);
  });
});
