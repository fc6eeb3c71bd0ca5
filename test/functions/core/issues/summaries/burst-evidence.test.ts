import { describe, expect, it } from 'vitest';
import { createTextCorpus } from '#core/issues/grouping/text-corpus.ts';
import { createBurstEvidence } from '#core/issues/summaries/burst-evidence.ts';
import { countsOfDays, historiesOf } from '#core/issues/summaries/count-days.ts';
import { testedHours } from '#core/issues/trends/closed-hours.ts';
import { findBursts } from '#core/issues/trends/find-bursts.ts';
import { Dimension, hourOf, seriesOf, TOTAL } from '#core/issues/trends/hour-counts.ts';
import { ago, daysOf, NOW, ticketOf } from './grouped.ts';

const quiet = Array.from({ length: 80 }, (_, n) =>
  ticketOf(`q${n}`, { issueId: 'Q', createdAt: ago(n / 2) }),
);
const burst = Array.from({ length: 20 }, (_, n) =>
  ticketOf(`b${n}`, { text: `WhatsApp shows no code ${n}`, createdAt: ago(0, 2), issueId: 'W' }),
);
const spam = ticketOf('spam', { kind: 'spam', issueId: null, createdAt: ago(0, 2) });
const days = daysOf(...quiet, ...burst, spam);
const evidence = createBurstEvidence(days, () => createTextCorpus([...quiet, ...burst]));

describe('createBurstEvidence', () => {
  it('has the tickets of a series in its hours', () => {
    const hour = hourOf(ago(0, 2));
    const series = { dimension: Dimension.issue, id: 'W' };
    expect(evidence.evidenceOf(series, hour, hour)).toHaveLength(20);
    expect(evidence.evidenceOf(series, hour + 1, hour + 9)).toEqual([]);
    const total = evidence.evidenceOf(seriesOf(TOTAL), hour - 24, hour);
    expect(total.filter(({ issueId }) => issueId === 'Q')).toHaveLength(2);
    expect(total.some(({ id }) => id === 'spam')).toBe(false);
  });

  it('says who wrote what, with its direction', () => {
    expect(evidence.ticket('b3')).toMatchObject({
      ...{ id: 'b3', requester: 'person of b3', issueId: 'W', text: 'WhatsApp shows no code 3' },
    });
    expect(evidence.ticket('b3')?.vector.indices.length).toBeGreaterThan(3);
    expect(evidence.ticket('spam')?.vector).toEqual({ indices: [], values: [] });
    expect(evidence.ticket('none')).toBeUndefined();
  });

  it('knows which words mark texts out', () => {
    expect(evidence.termsOf(burst.map(({ line }) => line))[0]).toMatch(/whatsapp|shows|code|no/);
    expect(evidence.termsOf(burst.map(({ line }) => line))).not.toContain('export');
  });

  it('is what bursts are found by', () => {
    const counts = historiesOf(countsOfDays(days.values(), '2000-01-01'));
    const { isWarmingUp, alerts } = findBursts(testedHours(NOW, NOW), {
      counts,
      evidenceOf: evidence.evidenceOf,
    });
    expect(isWarmingUp).toBe(false);
    const found = alerts.get(hourOf(ago(0, 2))) ?? [];
    expect(found.map(({ series }) => series.dimension)).toContain('issue');
    expect(found.find(({ series }) => series.dimension === 'issue')?.tickets).toHaveLength(20);
  });
});
