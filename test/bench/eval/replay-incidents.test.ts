import { describe, expect, it } from 'vitest';
import { GrowingCorpus } from '#bench/eval/growing-corpus.ts';
import { replayIncidents } from '#bench/eval/replay-incidents.ts';
import { daysOf, ReplayedIssues } from '#bench/eval/replayed-issues.ts';
import { rowOf } from '#core/issues/clusters/vectors/sparse-rows.ts';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { regroup } from '#core/issues/grouping/regroup.ts';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { ticketsIn } from '#core/issues/grouping/ticket-days.ts';

const HOUR = 3_600_000;
const FROM = Date.parse('2025-06-01T00:00:00Z');
const TEXTS = [
  'the printer prints blank pages since the update',
  'cannot sign in to my account with my password',
  'video has no sound in full screen',
  'all of my bookmarks are gone after the restart',
];

function ticket(n: number, createdAt: number, text: string): GroupedTicket {
  return {
    ...{ id: String(n), revision: 1, createdAt, requester: `u${n}`, text, line: text, summary: null },
    ...{ language: null, kind: null, severity: null, productArea: null, confidence: null },
    ...{ analysis: 'pending', mergedInto: null, issueId: null },
  };
}

/** One in six hours, for 70 days. */
const TICKETS = Array.from({ length: 280 }, (_, n) =>
  ticket(n, FROM + (n - 240) * 6 * HOUR, `${TEXTS[n % 4]} again`),
);

describe('ReplayedIssues', () => {
  it('has the issues that the job makes of the same tickets', () => {
    const base = TICKETS.filter(({ createdAt }) => createdAt < FROM);
    const coming = TICKETS.filter(({ createdAt }) => createdAt >= FROM);
    const replayed = new ReplayedIssues(base, FROM);
    for (const one of coming) {
      if (one.createdAt % (24 * HOUR) === 0) replayed.beginDay(one.createdAt);
      replayed.take([one], one.createdAt + HOUR);
    }
    let { days } = regroup({ ...terms(base), before: undefined });
    for (const one of coming) {
      const all = [...ticketsIn(days), one];
      const before = { number: 1, syncedUntil: one.createdAt, decisions: 0 };
      days = regroup({ ...terms(all), before }).days;
    }
    const issuesOf = (tickets: Iterable<GroupedTicket>) =>
      Object.fromEntries([...tickets].map(({ id, issueId }) => [id, issueId]));
    expect(new Set(Object.values(issuesOf(ticketsIn(days)))).size).toBe(4);
    expect(issuesOf(ticketsIn(replayed.days))).toEqual(issuesOf(ticketsIn(days)));
  });

  function terms(tickets: readonly GroupedTicket[]) {
    const undecided = { decisions: [], facts: new Map<string, never>(), subdomain: 'eval', resolution: 2 };
    return { ...undecided, mode: 'assign', days: daysOf(tickets), corpus: createTextCorpus(tickets) } as const;
  }
});

describe('GrowingCorpus', () => {
  it('has added tickets as rows, in the vocabulary that there is', () => {
    const corpus = new GrowingCorpus(TICKETS.slice(0, 8));
    const added = ticket(900, FROM, 'the printer prints blank pages and words that nobody knows');
    const before = corpus.vectors.rows;
    corpus.add([added, added, ticket(901, FROM, ''), { ...ticket(902, FROM, 'x'), kind: 'spam' }]);
    expect(corpus.vectors.rows).toBe(before + 1);
    expect(corpus.rowOf('900')).toBe(before);
    expect(corpus.rowOf('901')).toBeUndefined();
    expect([...rowOf(corpus.vectors, before).indices]).toEqual([...corpus.embed(added.text).indices]);
    expect(corpus.isWordless(ticket(903, FROM, 'zzzz qqqq'))).toBe(true);
  });
});

describe('replayIncidents', () => {
  it('tests no hour twice, and has nothing where nothing bursts', () => {
    const window = { from: FROM, to: FROM + 5 * 24 * HOUR };
    const replay = replayIncidents(TICKETS, window);
    expect(replay).toMatchObject({ incidents: [], episodes: [], tickets: 20 });
    const burst = Array.from({ length: 9 }, (_, n) =>
      ticket(500 + n, FROM + 50 * HOUR, 'messenger web does not open'),
    );
    const all = [...TICKETS, ...burst].sort((one, other) => one.createdAt - other.createdAt);
    const { incidents } = replayIncidents(all, window);
    expect(incidents.map(({ openedAt }) => openedAt)).toEqual([FROM + 51 * HOUR]);
  });
});
