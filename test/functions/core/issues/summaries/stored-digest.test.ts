import { expect, it } from 'vitest';
import { digestInput } from '#core/issues/summaries/digest-of.ts';
import { digestWithout } from '#core/issues/summaries/stored-digest.ts';
import { makeDigest } from '#core/issues/trends/digest.ts';
import { daysOf, incidentOf, NOW, summaryOf, ticketOf } from './grouped.ts';

const said = ticketOf('1', { line: 'Anna cannot export', createdAt: NOW });
const kept = ticketOf('2', { line: 'The export never ends', createdAt: NOW });
const digest = makeDigest(
  digestInput({
    ...{ date: '2026-03-04', generatedAt: NOW, facts: new Map(), counts: new Map(), since: 0 },
    ...{ days: daysOf(said, kept), cost: { day_usd: 0, month_usd: 0 } },
    summaries: [summaryOf('A', { fallbackTitle: said.line, representative: said.line }), summaryOf('B')],
    incidents: [incidentOf('i', { title: said.line, tickets: [said, kept] })],
  }),
);

it('a stored digest loses what deleted tickets said, and keeps its numbers', () => {
  expect(JSON.stringify(digest)).toContain('Anna');
  const next = digestWithout(digest, { ids: new Set(['1']), lines: new Set([said.line]) });
  expect(JSON.stringify(next)).not.toContain('Anna');
  expect(next.incidents[0]).toMatchObject({ tickets: 2, title: 'Tickets that are gone' });
  expect(next.incidents[0]?.examples.map(({ ticket_id }) => ticket_id)).toEqual(['2']);
  expect(next.top[0]).toMatchObject({
    id: 'A',
    title: 'Tickets that are gone',
    representative_statement: null,
  });
  expect(next.top[1]).toEqual(digest.top[1]);
});

it('a stored digest that has nothing of them stays the same object', () => {
  expect(digestWithout(digest, { ids: new Set(['9']), lines: new Set(['other']) })).toBe(digest);
});
