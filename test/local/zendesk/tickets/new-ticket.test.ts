import { describe, expect, it } from 'vitest';
import { newTicket } from '#local/zendesk/tickets/new-ticket.ts';

const GIVEN = { id: 5, at: 1_000 };

describe('Function: newTicket', () => {
  it('makes up what is left out', () => {
    expect(newTicket({}, GIVEN)).toMatchObject({
      id: 5,
      subject: 'Ticket 5',
      createdAt: '1970-01-01T00:16:40Z',
      updatedAt: '1970-01-01T00:16:40Z',
      generatedAt: 1_000,
      status: 'open',
      audits: [],
    });
  });

  it('takes the last comment’s time as that of the change', () => {
    const comments = [
      { body: 'a', created_at: '1970-01-01T00:20:00Z' },
      { body: 'b', created_at: '1970-01-01T01:00:00Z' },
    ];
    const ticket = newTicket({ comments }, GIVEN);
    expect([ticket.updatedAt, ticket.generatedAt]).toEqual(['1970-01-01T01:00:00Z', 3_600]);
  });

  it('keeps times that are given, unlike each other or none at all', () => {
    const ticket = newTicket(
      {
        created_at: 'never',
        updated_at: '1970-01-01T02:00:00Z',
        generated_timestamp: 9_000,
        comments: [{ body: 'a' }],
      },
      GIVEN,
    );
    expect(ticket).toMatchObject({
      createdAt: 'never',
      updatedAt: '1970-01-01T02:00:00Z',
      generatedAt: 9_000,
    });
    expect(ticket.audits).toEqual([{ at: 1_000, comment: { body: 'a' }, changes: [] }]);
  });
});
