import { describe, expect, it } from 'vitest';
import { analyseTicket } from '#local/claude/analyser/analyse-ticket.ts';
import { generateTickets } from '#local/zendesk/generate/generate-tickets.ts';

describe('The stand-in for Claude, given the tickets that are made up', () => {
  it('says of each advertisement that it is one, and of nothing else', () => {
    const nowMs = Date.parse('2026-11-27T12:00:00Z');
    const wrong: string[] = [];
    let advertisements = 0;
    for (const { ticket, truth } of generateTickets({ seed: 1, count: 1_500, days: 60, nowMs })) {
      const { subject, description: body } = ticket;
      const { kind } = analyseTicket(`<ticket>${JSON.stringify({ subject, body })}</ticket>`);
      if (truth.kind === 'spam') advertisements += 1;
      if ((truth.kind === 'spam') !== (kind === 'spam')) wrong.push(`${subject}: ${kind}`);
    }
    expect(wrong).toEqual([]);
    expect(advertisements).toBeGreaterThan(20);
  });
});
