import { describe, expect, it } from 'vitest';
import { publishTicketSync } from '#adapters/cloudwatch/ticket-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const OLD = 26 * 3_600_000;

describe('Function: publishTicketSync', () => {
  it.each([
    [{ complete: true, cursorAgeMs: 0, ageBeforeMs: 3_600_000 }, { TicketsSynced: 1 }],
    [{ complete: true, cursorAgeMs: 0, ageBeforeMs: undefined }, { TicketsSynced: 1 }],
    // While it is too old, and once when it no longer is.
    [{ complete: false, cursorAgeMs: OLD + 500, ageBeforeMs: OLD + 500 }, { TicketCursorAge: 93_600.5 }],
    [
      { complete: true, cursorAgeMs: 0, ageBeforeMs: OLD + 1 },
      { TicketsSynced: 1, TicketCursorAge: 0 },
    ],
    [
      { complete: true, cursorAgeMs: -1, ageBeforeMs: OLD + 1 },
      { TicketsSynced: 1, TicketCursorAge: 0 },
    ],
  ])('says of %j how the copy is', (outcome, values) => {
    const { metrics, lines } = createEmitter('ticket-sync');

    publishTicketSync(metrics, outcome);

    expect(lines.map(readLine)).toEqual([{ dimensions: ['service'], values }]);
  });

  it.each([undefined, OLD])('says nothing of one that failed on a copy of age %s', (age) => {
    const { metrics, lines } = createEmitter('ticket-sync');

    publishTicketSync(metrics, { complete: false, cursorAgeMs: age, ageBeforeMs: age });

    expect(lines).toEqual([]);
  });
});
