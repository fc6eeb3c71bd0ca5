import { describe, expect, it } from 'vitest';
import {
  type DigestIncident,
  type DigestInput,
  type DigestIssue,
  makeDigest,
} from '#core/issues/trends/digest.ts';
import { renderDigest } from '#core/issues/trends/digest-markdown.ts';

const DAY = '2025-11-11';
const at = (time: string, day = DAY) => Date.parse(`${day}T${time}:00Z`);
const GROWTH = { ratio: 1, low: 0.5, high: 2 };

function issue(id: string, over: Partial<DigestIssue> = {}): DigestIssue {
  return {
    ...{ id, title: `Issue ${id}`, status: 'open', kind: 'bug', product_area: 'web', trend: 'steady' },
    ...{ growth: GROWTH, score: 1, severity_mix: { critical: 0, high: 2, medium: 1, low: 0 } },
    ...{ tickets_24h: 1, tickets_7d: 3, requesters_7d: 3, representative_statement: null, reopenedAt: null },
    ...over,
  };
}

function incident(id: string, over: Partial<DigestIncident> = {}): DigestIncident {
  return {
    ...{ id, title: `Incident ${id}`, openedAt: at('07:00'), closedAt: null, p: 1e-9, observed: 8 },
    ...{ expected: 0.1512, windowHours: 3, issues: ['a'], tickets: 118, requesters: 110 },
    examples: [{ ticket_id: '1', statement: 'WhatsApp Web não abre', language: 'pt' }],
    ...over,
  };
}

function input(over: Partial<DigestInput> = {}): DigestInput {
  return {
    ...{ date: DAY, generatedAt: at('23:59'), incidents: [], issues: [] },
    totals: { tickets: 700, requesters: 690, tickets_7d: 1_500, growth: GROWTH, open_issues: 12 },
    quality: { pending: 1, failed: 2, refused: 3, low_confidence: 4 },
    cost: { day_usd: 0.5, month_usd: 4 },
    ...over,
  };
}

describe('makeDigest', () => {
  it('has the incidents of the day: open ones first, the largest of them on top', () => {
    const { incidents } = makeDigest(
      input({
        incidents: [
          incident('closed', { closedAt: at('09:00'), requesters: 900 }),
          incident('small', { requesters: 5 }),
          incident('large'),
          incident('later', { openedAt: at('01:00', '2025-11-12') }),
        ],
      }),
    );
    expect(incidents.map(({ id }) => id)).toEqual(['large', 'small', 'closed']);
    expect(incidents[0]).toMatchObject({
      opened_at: '2025-11-11T07:00:00.000Z',
      closed_at: null,
      window_h: 3,
      expected: 0.15,
    });
  });

  it('recalls the three largest that were over before the day, for four weeks', () => {
    const over = (id: string, day: string, requesters: number) =>
      incident(id, { openedAt: at('01:00', day), closedAt: at('09:00', day), requesters });
    const { incidents } = makeDigest(
      input({
        incidents: [
          over('too long ago', '2025-10-14', 999),
          over('the day before', '2025-11-10', 6),
          over('three weeks ago', '2025-10-21', 500),
          over('small', '2025-11-01', 5),
          over('a week ago', '2025-11-04', 40),
          incident('open', { requesters: 5 }),
        ],
      }),
    );
    expect(incidents.map(({ id }) => id)).toEqual([
      'open',
      'three weeks ago',
      'a week ago',
      'the day before',
    ]);
  });

  it('puts what may be chance behind what was large, the more so the less long ago it was', () => {
    const closed = (id: string, day: string, requesters: number) =>
      incident(id, { openedAt: at('01:00', day), closedAt: at('23:00', day), requesters });
    const chance = incident('chance', { requesters: 5, p: 5e-4 });
    const order = (...all: DigestIncident[]) =>
      makeDigest(input({ incidents: all })).incidents.map(({ id }) => id);
    expect(order(chance, closed('outage', '2025-10-28', 435))).toEqual(['outage', 'chance']);
    expect(order(chance, closed('small', '2025-11-09', 15))).toEqual(['chance', 'small']);
    expect(order(chance, closed('outage', '2025-10-28', 435), incident('sure', { requesters: 6 }))).toEqual([
      'sure',
      'outage',
      'chance',
    ]);
    const page = renderDigest(
      makeDigest(input({ incidents: [chance, closed('outage', '2025-10-28', 435)] })),
    );
    expect(page).toContain('**1 incident is open: Incident chance**');
    expect(page.indexOf('## Incident: Incident outage')).toBeLessThan(
      page.indexOf('## Incident: Incident chance'),
    );
  });

  it('takes no issue for rising whose incident is over', () => {
    const closedAt = at('01:00', '2025-11-02');
    const openedAt = at('01:00', '2025-11-01');
    const digest = makeDigest(
      input({ issues: [issue('a')], incidents: [incident('over', { openedAt, closedAt })] }),
    );
    expect(digest.incidents.map(({ id }) => id)).toEqual(['over']);
    expect(digest.rising).toEqual([]);
    expect(renderDigest(digest)).toContain('No incident is open.');
  });

  it('lists issues by their trend, the highest score first, ten at most', () => {
    const many = Array.from({ length: 15 }, (_, index) => issue(`n${index}`, { trend: 'new', score: index }));
    const digest = makeDigest(
      input({ issues: [...many, issue('r', { trend: 'rising', score: 99 }), issue('g', { trend: 'gone' })] }),
    );
    expect(digest.new_issues).toHaveLength(10);
    expect(digest.new_issues[0]?.id).toBe('n14');
    expect(digest.rising.map(({ id }) => id)).toEqual(['r']);
    expect(digest.top[0]?.id).toBe('r');
    expect(digest.resolved_candidates.map(({ id }) => id)).toEqual(['g']);
    expect(digest.top.map(({ id }) => id)).not.toContain('g');
  });

  it('takes an issue of an open incident for rising', () => {
    const digest = makeDigest(input({ issues: [issue('a'), issue('b')], incidents: [incident('x')] }));
    expect(digest.rising.map(({ id }) => id)).toEqual(['a']);
  });

  it('names regressions for a week', () => {
    const digest = makeDigest(
      input({
        issues: [
          issue('back', { reopenedAt: at('10:00') }),
          issue('long ago', { reopenedAt: at('10:00', '2025-11-03') }),
          issue('never'),
        ],
      }),
    );
    expect(digest.regressions.map(({ id, reopened_at }) => [id, reopened_at])).toEqual([
      ['back', '2025-11-11T10:00:00.000Z'],
    ]);
  });

  it.each(['resolved', 'ignored', 'emerging'] as const)('leaves %s issues out', (status) => {
    const { new_issues, rising, top } = makeDigest(input({ issues: [issue('a', { status, trend: 'new' })] }));
    expect([...new_issues, ...rising, ...top]).toEqual([]);
  });

  it('is defined for no tickets at all', () => {
    const digest = makeDigest(input());
    expect(digest).toMatchObject({ date: DAY, incidents: [], new_issues: [], top: [], regressions: [] });
    expect(renderDigest(digest)).toContain('No incident is open.');
  });
});
