import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '#core/issues/clusters/graph/random.ts';
import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import { DAY_MS, daysOf, grouped, groupsIn, issuesIn, START } from './grouped-tickets.ts';
import {
  FIRST,
  generation,
  ISSUES,
  LAST,
  run,
  shareChanged,
  TICKETS,
  TOPICS,
  withMore,
} from './regrouping.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

describe('the first grouping', () => {
  it('gives each ticket one issue, of ids that are ULIDs of the oldest ticket', () => {
    expect(Object.values(ISSUES).every((issue) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(issue ?? ''))).toBe(true);
    expect(new Set(Object.values(ISSUES)).size).toBeGreaterThanOrEqual(TOPICS.length);
    expect(FIRST.changes).toEqual([]);
    expect(FIRST.changed).toEqual(new Set(daysOf(TICKETS).keys()));
  });

  it('gives the same ids for the same tickets, in whatever order, in either mode', () => {
    const order = shuffled(TICKETS.length, seededRandom(5));
    const again = [...order].map((row) => TICKETS[row]!);
    const days = new Map(
      [...Map.groupBy(again, ({ createdAt }) => Math.floor(createdAt / DAY_MS))].map(([day, tickets]) => [
        `${day}`,
        { day: `${day}`, tickets },
      ]),
    );
    expect(issuesIn(run(days).days)).toEqual(ISSUES);
    expect(issuesIn(run(daysOf(TICKETS), { mode: 'consolidate' }).days)).toEqual(ISSUES);
  });

  it('gives other ids for another account', () => {
    const other = issuesIn(run(daysOf(TICKETS), { subdomain: 'other' }).days);
    expect(Object.values(other).filter((issue) => Object.values(ISSUES).includes(issue))).toEqual([]);
  });

  it('changes nothing when nothing came', () => {
    const again = run(FIRST.days, { before: generation(1, LAST) });
    expect(again.changed.size).toBe(0);
    expect(again.days.get('2026-10-01')).toBe(FIRST.days.get('2026-10-01'));
  });
});

describe('odd input', () => {
  it.each([
    ['no ticket', []],
    ['one', [grouped({ id: '1', text: 'help' })]],
    ['only spam and empty ones', [grouped({ id: '1', kind: 'spam' }), grouped({ id: '2', text: '' })]],
    ['1 MB', [grouped({ id: '1', text: 'word '.repeat(200_000) }), grouped({ id: '2', text: 'word' })]],
    ['one word without an end', [grouped({ id: '1', text: 'x'.repeat(1_000_000) })]],
    [
      'a language never seen',
      ['ሰላም ዓለም', 'ᚠᚢᚦᚨᚱᚲ', '你好，世界'].map((text, at) => grouped({ id: `${at}`, text })),
    ],
    ['no requester', [1, 2].map((at) => grouped({ id: `${at}`, requester: null, text: 'a card is lost' }))],
  ])('%s: has a defined answer', (_name, tickets) => {
    for (const mode of ['assign', 'consolidate'] as const) {
      const { days, changes } = run(daysOf(tickets), { mode });
      expect(changes).toEqual([]);
      for (const { kind, text, issueId } of ticketsIn(days)) {
        expect(issueId === null).toBe(kind === 'spam' || text === '');
      }
    }
  });

  it('500 identical tickets are one issue, with words and without', () => {
    for (const text of ['the card is lost', '👍👍']) {
      const tickets = Array.from({ length: 500 }, (_, at) => grouped({ id: `${at}`, text }));
      const { days } = run(daysOf(tickets));
      expect(groupsIn(days)).toHaveLength(1);
      const more = Array.from({ length: 20 }, (_, at) =>
        grouped({ id: `m${at}`, text, createdAt: START + 9 }),
      );
      expect(groupsIn(run(withMore(days, more)).days)).toHaveLength(1);
    }
  });

  it('any tickets: one issue each that says something, none for the others, and again the same', () => {
    const ticket = fc.record({
      text: fc.oneof(fc.constantFrom('', '?', ...TICKETS.slice(0, 9).map(({ text }) => text)), fc.string()),
      kind: fc.constantFrom('spam' as const, 'bug' as const, null),
      createdAt: fc.integer({ min: START - 99 * DAY_MS, max: START }),
      issueId: fc.constantFrom('A', 'B', null),
    });
    fc.assert(
      fc.property(
        fc.array(ticket, { maxLength: 25 }),
        fc.constantFrom('assign', 'consolidate'),
        (all, mode) => {
          const tickets = all.map((one, at) => {
            const isWithout = one.kind === 'spam' || one.text === '';
            return grouped({ ...one, id: `${at}`, issueId: isWithout ? null : one.issueId });
          });
          const { days } = run(daysOf(tickets), { mode });
          for (const { kind, text, issueId } of ticketsIn(days)) {
            expect(issueId === null).toBe(kind === 'spam' || text === '');
          }
          if (mode === 'assign') expect(shareChanged(daysOf(tickets), days)).toBe(0);
          expect(run(days).changed.size).toBe(0);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });
});
