import { describe, expect, it } from 'vitest';
import { ticketsToRead, withTickets } from '#core/issues/grouping/take-tickets.ts';
import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { type ReceivedTicket, received } from '#core/tickets/receive-ticket.ts';
import type { LiveTicket, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { receivedTicket } from '#test/contracts/ticket-versions.ts';
import { DAY_MS, daysOf, grouped, START } from './grouped-tickets.ts';

const AT = { fence: 1, now: START };
const live = (over: Partial<ReceivedTicket>, revision = 1) =>
  ({ ...received(undefined, receivedTicket(over), AT).next, revision }) as LiveTicket;
const entries = (...all: TicketEntry[]) => new Map(all.map((entry) => [entry.id, entry]));

const DAYS = daysOf([
  grouped({ id: '1', issueId: 'A' }),
  grouped({ id: '2', issueId: 'A' }),
  grouped({ id: '3', createdAt: START - 5 * DAY_MS, issueId: 'B' }),
]);

describe('ticketsToRead', () => {
  const revision = (id: string, number: number) => ({ id, createdAt: START, revision: number });

  it('names what is new, what was written since, and what the walk lacks', () => {
    const revisions = [revision('1', 1), revision('2', 2), revision('9', 1)];
    expect(ticketsToRead(DAYS, revisions)).toEqual(['2', '9', '3']);
  });

  it('does not miss what is outside the range that was walked', () => {
    const revisions = [revision('1', 1), revision('2', 1)];
    expect(ticketsToRead(DAYS, revisions, { from: START })).toEqual([]);
    expect(ticketsToRead(DAYS, revisions, { to: START })).toEqual(['3']);
    expect(ticketsToRead(DAYS, [revision('3', 1)], { to: START })).toEqual([]);
  });

  it('names nothing where nothing changed, and nothing twice', () => {
    const all = [revision('1', 1), revision('2', 1), revision('3', 1)];
    expect(ticketsToRead(DAYS, all)).toEqual([]);
    expect(ticketsToRead(new Map(), [...all, ...all])).toEqual(['1', '2', '3']);
  });
});

describe('withTickets', () => {
  it('takes in new tickets and new versions, which keep their issue', () => {
    const { days, changed } = withTickets(
      DAYS,
      ['2', '9'],
      entries(
        live({ id: '2', createdAt: START, subject: 'Now', body: 'other' }, 2),
        live({ id: '9', createdAt: START + DAY_MS }),
      ),
    );
    expect([...changed].sort()).toEqual(['2026-10-01', '2026-10-02']);
    const tickets = new Map([...ticketsIn(days)].map((ticket) => [ticket.id, ticket]));
    expect(tickets.get('2')).toMatchObject({ revision: 2, text: 'Now\nother', issueId: 'A' });
    expect(tickets.get('9')?.issueId).toBe(null);
    expect(tickets.size).toBe(4);
  });

  it('leaves nothing of tickets that are gone, deleted or left out', () => {
    const deleted: TicketEntry = {
      ...AT,
      id: '2',
      kind: 'deleted',
      generatedAt: 1,
      revision: 3,
      deletedAt: 1,
    };
    const filtered = live({ id: '3', createdAt: START - 5 * DAY_MS, isFiltered: true });
    const { days, changed } = withTickets(DAYS, ['1', '2', '3'], entries(deleted, filtered));
    expect([...ticketsIn(days)]).toEqual([]);
    expect([...changed].sort()).toEqual(['2026-09-26', '2026-10-01']);
  });

  it('changes no day for tickets that are as they were', () => {
    const first = withTickets(new Map(), ['5'], entries(live({ id: '5', createdAt: START })));
    const again = withTickets(first.days, ['5', '6'], entries(live({ id: '5', createdAt: START })));
    expect(again.changed.size).toBe(0);
    expect(again.days.get('2026-10-01')?.tickets).toHaveLength(1);
  });

  it('moves a ticket whose time of creation was put right', () => {
    const { days } = withTickets(DAYS, ['1'], entries(live({ id: '1', createdAt: START + DAY_MS })));
    expect(days.get('2026-10-01')?.tickets.map(({ id }) => id)).toEqual(['2']);
    expect(days.get('2026-10-02')?.tickets).toMatchObject([{ id: '1', issueId: 'A' }]);
  });
});
