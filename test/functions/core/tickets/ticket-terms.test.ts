import { describe, expect, it } from 'vitest';
import { ticketTerms } from '#core/tickets/ticket-terms.ts';

const AT = 1_700_000_000_000;

describe('ticketTerms', () => {
  it.each(['sync', 'analyze', 'pipeline'] as const)('has %s take turns with the others', (task) => {
    expect(ticketTerms({ task }, { trigger: 'manual' })).toEqual({
      worker: 'tickets',
      disabledReason: 'TICKETS_ENABLED is false.',
    });
  });

  it.each(['pipeline', 'consolidate', 'retention'] as const)(
    'gives the nightly %s an hour, and patience',
    (task) => {
      const terms = ticketTerms({ task }, { trigger: 'schedule', scheduledAt: AT });
      expect(terms).toMatchObject({ startBy: AT + 3_600_000, patienceMs: 3_600_000 });
    },
  );

  it('gives no time to begin by where none was meant', () => {
    expect(ticketTerms({ task: 'pipeline' }, { trigger: 'catch_up' })).not.toHaveProperty('startBy');
    expect(ticketTerms({ task: 'sync' }, { trigger: 'schedule', scheduledAt: AT })).not.toHaveProperty(
      'startBy',
    );
  });
});
