import { describe, expect, it } from 'vitest';
import { byCreation, dayOfTicket, daysThatDiffer, mapTickets } from '#core/issues/grouping/ticket-days.ts';
import { DAY_MS, daysOf, grouped, START } from './grouped-tickets.ts';

const ONE = grouped({ id: '1' });
const TWO = grouped({ id: '2', createdAt: START + DAY_MS });

describe('days of tickets', () => {
  it('are UTC days', () => {
    expect(dayOfTicket({ createdAt: START - 1 })).toBe('2026-09-30');
    expect(dayOfTicket({ createdAt: START })).toBe('2026-10-01');
  });

  it('order tickets by time, then by id', () => {
    const tickets = [TWO, grouped({ id: '9' }), ONE, ONE];
    expect(tickets.sort(byCreation).map(({ id }) => id)).toEqual(['1', '1', '9', '2']);
  });

  it('keep a day as it is in which no ticket changes', () => {
    const days = daysOf([ONE, TWO]);
    const { days: after, changed } = mapTickets(days, (ticket) =>
      ticket.id === '2' ? { ...ticket, issueId: 'I' } : ticket,
    );
    expect([...changed]).toEqual(['2026-10-02']);
    expect(after.get('2026-10-01')).toBe(days.get('2026-10-01'));
    expect(after.get('2026-10-02')?.tickets[0]?.issueId).toBe('I');
  });

  it('differ by their tickets', () => {
    const days = daysOf([ONE, TWO]);
    expect(daysThatDiffer(days, daysOf([ONE, TWO]))).toEqual(new Set());
    expect(daysThatDiffer(days, daysOf([ONE]))).toEqual(new Set(['2026-10-02']));
    const empty = { day: '2026-10-03', tickets: [] };
    expect(daysThatDiffer(days, new Map([...days, [empty.day, empty]]))).toEqual(new Set());
  });
});
