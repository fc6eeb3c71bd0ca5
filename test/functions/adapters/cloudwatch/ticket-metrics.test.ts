import { describe, expect, it } from 'vitest';
import { publishTicketSync } from '#adapters/cloudwatch/ticket-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

describe('Function: publishTicketSync', () => {
  it.each([
    [
      { complete: true, cursorAgeMs: 0 },
      { TicketsSynced: 1, TicketCursorAge: 0 },
    ],
    [{ complete: false, cursorAgeMs: 90_500 }, { TicketCursorAge: 90.5 }],
    [{ complete: false, cursorAgeMs: -1 }, { TicketCursorAge: 0 }],
  ])('says of %j how the copy is', (outcome, values) => {
    const { metrics, lines } = createEmitter('ticket-sync');

    publishTicketSync(metrics, outcome);

    expect(lines.map(readLine)).toEqual([{ dimensions: ['service'], values }]);
  });

  it('says nothing before the first sync that was complete', () => {
    const { metrics, lines } = createEmitter('ticket-sync');

    publishTicketSync(metrics, { complete: false, cursorAgeMs: undefined });

    expect(lines).toEqual([]);
  });
});
