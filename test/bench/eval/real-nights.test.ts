import { describe, expect, it } from 'vitest';
import { churnOfNights } from '#bench/eval/real-nights.ts';
import { measureTexts } from '#bench/eval/text-safety.ts';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';

const TEXTS = ['printer prints blank pages', 'cannot sign in to my account', 'video has no sound'];

function ticket(n: number): GroupedTicket {
  const text = `${TEXTS[n % TEXTS.length]} since ${['today', 'the update', 'monday'][n % 4] ?? 'then'}`;
  return {
    ...{ id: String(n), revision: 1, createdAt: n * 6 * 3_600_000, requester: `u${n}`, text, line: text },
    ...{ summary: null, language: null, kind: null, severity: null, productArea: null, confidence: null },
    ...{ analysis: 'pending', mergedInto: null, issueId: null },
  };
}

describe('churnOfNights', () => {
  it('renames nothing at night, little by the consolidation, and leaves no ticket without an issue', () => {
    const churn = churnOfNights(Array.from({ length: 160 }, (_, n) => ticket(n)));
    expect(churn).toMatchObject({ nightly: 0, tickets: 160, without: 0 });
    expect(churn.weekly).toBeLessThanOrEqual(0.03);
  });

  it('has a defined answer for nothing', () => {
    expect(churnOfNights([])).toEqual({ nightly: 0, weekly: 0, issues: 0, tickets: 0, without: 0 });
  });
});

describe('measureTexts', () => {
  it('finds what is planted, and marks what has to be', () => {
    const lines = measureTexts();
    expect(lines).toHaveLength(10);
    expect(lines.filter((line) => line.includes('FAIL'))).toEqual([]);
  });
});
