import { describe, expect, it } from 'vitest';
import { firstDayOfWindow, withoutOldTexts } from '#core/issues/grouping/old-texts.ts';
import { DAY_MS, daysOf, grouped, START } from './grouped-tickets.ts';

describe('withoutOldTexts', () => {
  it('keeps the texts of 90 days, today being the last', () => {
    expect(firstDayOfWindow(Date.parse('2026-10-01T23:59:59Z'))).toBe('2026-07-04');
    expect(firstDayOfWindow(Date.parse('2026-10-02T00:00:00Z'))).toBe('2026-07-05');
  });

  it('takes the texts of older days, and says once which days changed', () => {
    const old = grouped({ id: '1', createdAt: START - 90 * DAY_MS, summary: 'long', issueId: 'A' });
    const young = grouped({ id: '2', createdAt: START - 89 * DAY_MS, issueId: 'A' });
    const { days, changed } = withoutOldTexts(daysOf([old, young]), START);
    expect([...changed]).toEqual(['2026-07-03']);
    expect(days.get('2026-07-03')?.tickets).toEqual([{ ...old, text: '', line: '', summary: null }]);
    expect(days.get('2026-07-04')?.tickets).toEqual([young]);
    expect(withoutOldTexts(days, START).changed.size).toBe(0);
  });

  it('leaves a ticket its text as long as it waits for an issue', () => {
    const waiting = grouped({ id: '1', createdAt: START - 100 * DAY_MS });
    const spam = grouped({ id: '2', createdAt: START - 100 * DAY_MS, kind: 'spam' });
    const { days } = withoutOldTexts(daysOf([waiting, spam]), START);
    expect(days.get('2026-06-23')?.tickets.map(({ text }) => text)).toEqual(['ticket 1', '']);
  });
});
