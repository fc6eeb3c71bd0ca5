import { describe, expect, it } from 'vitest';
import {
  nextPart,
  positionAfter,
  readWaitingPosition,
  waitingFilter,
  waitingParts,
} from '#adapters/dynamodb/ratings/waiting-ratings.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { LONGEST_DUE_MS } from '#core/ratings/rating-due.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { latestBelieved } from '#core/time/wrong-clock.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const DUE_AT = isoFromMs(NOW - 1);
const all = waitingParts(waitingFilter(['pending', 'failed']));
const due = waitingParts(waitingFilter(['pending', 'failed'], NOW));

describe('the parts of what waits', () => {
  it('are the states, where all is asked for', () => {
    expect(all.map(({ name, status }) => [name, status])).toEqual([
      ['pending', 'pending'],
      ['failed', 'failed'],
    ]);
  });

  it('are what is due of each state, and what only a wrong clock can have put off', () => {
    expect(due.map(({ name }) => name)).toEqual(['pending', 'pending+ahead', 'failed', 'failed+ahead']);
    const [pending, ahead, , failedAhead] = due;
    expect(pending?.to).toBe(isoFromMs(NOW));
    expect(ahead?.from).toBe(isoFromMs(latestBelieved(NOW, LONGEST_DUE_MS.pending) + 1));
    expect(failedAhead?.from).toBe(isoFromMs(latestBelieved(NOW, LONGEST_DUE_MS.failed) + 1));
    expect(failedAhead?.to).toBe('9999-12-30T23:59:59.999Z');
  });

  it('follow each other, to the end', () => {
    const names = due.map((part) => nextPart(due, part)?.[0]);
    expect(names).toEqual(['pending+ahead', 'failed', 'failed+ahead', undefined]);
  });
});

describe('a position', () => {
  const row = { dueAt: DUE_AT, pk: 'SKILL#s', sk: 'RATING#u' };

  it('is in the first part at the beginning, and right after an entry later on', () => {
    const [first, second] = all;
    if (!first || !second) throw new Error('There are two.');
    expect(readWaitingPosition(all, undefined)).toEqual({ part: first, after: undefined });
    expect(readWaitingPosition(all, ['failed'])).toEqual({ part: second, after: undefined });
    expect(readWaitingPosition(all, positionAfter(second, row))).toEqual({ part: second, after: row });
  });

  it.each([
    ['of no part', ['synced']],
    ['of two fields', ['pending', DUE_AT]],
    ['of another time', ['pending', 'today', row.pk, row.sk]],
    ['of no rating', ['pending', DUE_AT, row.pk, 'ENTRY']],
    ['of no skill', ['pending', DUE_AT, 'RUNS', row.sk]],
  ])('%s is refused', (_what, position) => {
    expect(() => readWaitingPosition(all, position)).toThrow(InvalidCursorError);
  });
});
