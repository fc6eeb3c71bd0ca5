import { describe, expect, it } from 'vitest';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import { labelBasis } from '#core/issues/labels/label-basis.ts';
import { labelsDue } from '#core/issues/labels/labels-due.ts';
import { dayOf, issueOf, NOW, someFacts } from './an-issue.ts';

const EXPORT = ['CSV export times out', 'CSV export fails'];
const DAY = 24 * 3_600_000;

type Case = { readonly issue: IssueSummary; readonly tickets: readonly GroupedTicket[] };

function due(cases: readonly Case[], facts: readonly IssueFacts[] = [], most = 10): string[] {
  const candidates = {
    issues: cases.map(({ issue }) => issue),
    facts: new Map(facts.map((one) => [one.id, one])),
    days: [dayOf(cases.flatMap(({ tickets }) => tickets))],
    now: NOW,
  };
  return labelsDue(candidates, most).map(({ issue }) => issue.id);
}

const labelOf = (statements: readonly string[], labelledAt: number) => ({
  ...{ title: 'T', description: 'D', model: 'm', labelledAt },
  basis: labelBasis(statements),
});

describe('Function: labelsDue', () => {
  it('puts what bursts first, then what ranks highest, and no more than it may', () => {
    const cases = [
      issueOf('A', EXPORT, { score: 1 }),
      issueOf('B', EXPORT, { score: 9 }),
      issueOf('C', EXPORT, { score: 0, incidentId: 'i' }),
      issueOf('D', EXPORT, { score: 9, ticketsTotal: 99 }),
    ];

    expect(due(cases)).toEqual(['C', 'D', 'B', 'A']);
    expect(due(cases, [], 2)).toEqual(['C', 'D']);
    expect(due([])).toEqual([]);
  });

  it('leaves out what is emerging, unless it was listed once, and what nobody waits for', () => {
    const emerging = issueOf('A', EXPORT, { isEmerging: true });

    expect(due([emerging])).toEqual([]);
    expect(due([emerging], [someFacts('A', { listedAt: null })])).toEqual([]);
    expect(due([emerging], [someFacts('A')])).toEqual(['A']);
    for (const status of ['resolved', 'ignored'] as const) {
      expect(due([issueOf('A', EXPORT)], [someFacts('A', { status })])).toEqual([]);
    }
    expect(due([issueOf('A', EXPORT)], [someFacts('A', { status: 'acknowledged' })])).toEqual(['A']);
  });

  it('names none of tickets without analyses', () => {
    const { issue, tickets } = issueOf('A', EXPORT);

    expect(due([{ issue, tickets: tickets.map((ticket) => ({ ...ticket, severity: null })) }])).toEqual([]);
  });

  it('names one anew when its statements have become others, a day after its label at the earliest', () => {
    const now = issueOf('A', ['Password reset email never arrives', 'No password email']);
    const labelledBefore = (labelledAt: number) => [someFacts('A', { label: labelOf(EXPORT, labelledAt) })];

    expect(due([now], labelledBefore(NOW - DAY + 1))).toEqual([]);
    expect(due([now], labelledBefore(NOW - DAY))).toEqual(['A']);
    expect(due([issueOf('A', EXPORT)], labelledBefore(NOW - 30 * DAY))).toEqual([]);
  });

  it('gives what an operator named a label for its description once', () => {
    const now = issueOf('A', ['Password reset email never arrives']);
    const named = someFacts('A', { title: 'Passwords' });

    expect(due([now], [named])).toEqual(['A']);
    expect(due([now], [{ ...named, label: labelOf(EXPORT, NOW - 30 * DAY) }])).toEqual([]);
  });

  it('names what has no label before what has one', () => {
    const old = issueOf('A', ['Password reset email never arrives'], { score: 99 });
    const facts = [someFacts('A', { label: labelOf(EXPORT, NOW - 2 * DAY) })];

    expect(due([old, issueOf('B', EXPORT, { score: 1 })], facts)).toEqual(['B', 'A']);
  });
});
