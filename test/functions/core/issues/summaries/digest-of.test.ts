import { describe, expect, it } from 'vitest';
import { countsOfDays } from '#core/issues/summaries/count-days.ts';
import { type DigestSources, digestInput } from '#core/issues/summaries/digest-of.ts';
import { makeDigest } from '#core/issues/trends/digest.ts';
import { ago, daysOf, factsOf, incidentOf, NOW, summaryOf, ticketOf } from './grouped.ts';

const tickets = [
  ...[0, 1, 2].map((n) => ticketOf(`today${n}`, { createdAt: ago(0, n), requester: n === 2 ? 'x' : 'y' })),
  ...[1, 2, 9, 16, 23].map((n) => ticketOf(`d${n}`, { createdAt: ago(n) })),
  ticketOf('pending', { createdAt: ago(1), analysis: 'pending', kind: null, confidence: null }),
  ticketOf('batched', { createdAt: ago(1), analysis: 'batched' }),
  ticketOf('failed', { createdAt: ago(1), analysis: 'failed' }),
  ticketOf('unsure', { createdAt: ago(1), confidence: 'low' }),
  ticketOf('old', { createdAt: ago(9), analysis: 'refused' }),
];
const days = daysOf(...tickets);

function sources(over: Partial<DigestSources> = {}): DigestSources {
  return {
    ...{ date: '2026-03-04', generatedAt: NOW, summaries: [], facts: new Map(), incidents: [] },
    counts: countsOfDays(days.values(), '2000-01-01'),
    ...{ days, since: ago(60), cost: { day_usd: 0.1, month_usd: 1 } },
    ...over,
  };
}

describe('digestInput', () => {
  it('counts the day, its week, and how the week compares', () => {
    const { totals } = digestInput(sources());
    expect(totals).toMatchObject({ tickets: 3, requesters: 2, tickets_7d: 9, open_issues: 0 });
    expect(totals.growth.ratio).toBeCloseTo((8.5 * 21) / (4.5 * 7), 2);
    expect(digestInput(sources({ since: ago(3) })).totals.growth.ratio).toBe(1);
    expect(digestInput(sources({ counts: new Map(), days: new Map() })).totals).toMatchObject({ tickets: 0 });
  });

  it('says how far the numbers of the week can be relied on', () => {
    expect(digestInput(sources()).quality).toEqual({ pending: 2, failed: 1, refused: 0, low_confidence: 1 });
  });

  it('has issues as they are shown, and incidents with what people say', () => {
    const facts = new Map([
      ['A', factsOf('A', { title: 'Own title', status: 'acknowledged', reopenedAt: ago(1) })],
      ['B', factsOf('B', { status: 'ignored' })],
    ]);
    const summaries = [summaryOf('A'), summaryOf('B'), summaryOf('C', { isEmerging: true })];
    const incidents = [
      incidentOf('i', {
        tickets: [
          { id: 'today0', requester: 'y' },
          { id: 'd1', requester: 'y' },
        ],
      }),
    ];
    const input = digestInput(sources({ facts, summaries, incidents }));
    expect(input.issues.map(({ title, status }) => [title, status])).toEqual([
      ['Own title', 'acknowledged'],
      ['Title of B', 'ignored'],
      ['Title of C', 'emerging'],
    ]);
    expect(input.totals.open_issues).toBe(1);
    expect(input.incidents[0]).toMatchObject({ tickets: 2, requesters: 1 });
    expect(input.incidents[0]?.examples[0]?.ticket_id).toBe('today0');
    const digest = makeDigest(input);
    expect(digest.regressions.map(({ id }) => id)).toEqual(['A']);
    expect(digest.incidents.map(({ id }) => id)).toEqual(['i']);
    expect(digest.cost).toEqual({ day_usd: 0.1, month_usd: 1 });
  });
});
