import { describe, expect, it } from 'vitest';
import { facetsOf, hasFacets } from '#core/tickets/ticket-facets.ts';
import { aStoredAnalysis, aTicket } from '#test/functions/admin-api/example-tickets.ts';

describe('Function: facetsOf', () => {
  it('has what an operator put right, and a batch as pending', () => {
    const analysis = { status: 'batched', since: 0, attempts: 0, batchId: 'b' } as const;
    const ticket = aTicket({ analysis, analysed: aStoredAnalysis(), correction: { severity: 'high' } });

    expect(facetsOf(ticket)).toEqual({
      status: 'open',
      kind: 'bug',
      severity: 'high',
      productArea: 'billing',
      sentiment: 'negative',
      language: 'en',
      confidence: 'high',
      analysis: 'pending',
    });
  });
});

describe('Function: hasFacets', () => {
  it('holds a ticket against all that is asked for', () => {
    const ticket = aTicket({ analysed: aStoredAnalysis() });

    expect(hasFacets(ticket, {})).toBe(true);
    expect(hasFacets(ticket, { kind: 'bug', language: undefined })).toBe(true);
    expect(hasFacets(ticket, { kind: 'bug', language: 'de' })).toBe(false);
    expect(hasFacets(aTicket(), { kind: 'bug' })).toBe(false);
  });
});
