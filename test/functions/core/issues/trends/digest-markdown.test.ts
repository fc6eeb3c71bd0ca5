import { describe, expect, it } from 'vitest';
import type { Digest } from '#core/issues/trends/digest.ts';
import { renderDigest } from '#core/issues/trends/digest-markdown.ts';

const GROWTH = { ratio: 2.5, low: 1.2, high: 4 };

function issue(title: string): Digest['top'][number] {
  return {
    ...{
      id: title,
      title,
      status: 'open',
      kind: 'bug',
      product_area: 'web',
      trend: 'rising',
      growth: GROWTH,
    },
    ...{ score: 1, severity_mix: { critical: 0, high: 2, medium: 1, low: 0 }, tickets_24h: 4, tickets_7d: 9 },
    ...{ requesters_7d: 8, representative_statement: null, reopened_at: null },
  };
}

function digest(title: string, statement = 'WhatsApp Web não abre'): Digest {
  return {
    ...{ date: '2025-11-11', generated_at: '2025-11-11T23:59:00.000Z' },
    totals: { tickets: 700, requesters: 1, tickets_7d: 1_500, growth: GROWTH, open_issues: 12 },
    incidents: [
      {
        ...{ id: 'x', title, opened_at: '2025-11-11T07:00:00.000Z', closed_at: null, p: 1e-9, observed: 8 },
        ...{ expected: 0.15, window_h: 3, issues: ['a', 'b'], tickets: 118, requesters: 110 },
        examples: Array.from({ length: 9 }, () => ({ ticket_id: '1', statement, language: 'pt' })),
      },
    ],
    ...{ new_issues: [], rising: [issue(title)], top: [], regressions: [], resolved_candidates: [] },
    quality: { pending: 1, failed: 2, refused: 3, low_confidence: 4 },
    cost: { day_usd: 0.5, month_usd: 4 },
  };
}

describe('renderDigest', () => {
  it('says first what is on fire, with numbers and examples', () => {
    const page = renderDigest(digest('WhatsApp Web does not open'));
    expect(page.split('\n').slice(0, 3)).toEqual([
      '# Support tickets on 2025-11-11',
      '',
      '**1 incident is open: WhatsApp Web does not open**',
    ]);
    expect(page).toContain(
      'Since 2025-11-11 07:00 UTC, open. 118 tickets from 110 people in 2 issues. At its height 8 people in 3 hours; usual are 0.15.',
    );
    expect(page).toContain('- WhatsApp Web não abre (pt, ticket 1)');
    expect(page.match(/^- /gm)).toHaveLength(5);
    expect(page).toContain('700 tickets from 1 person; 1500 tickets in 7 days (×2.5); 12 open issues.');
    expect(page).toContain('| WhatsApp Web does not open | web | high (2) | 8 | 4 | rising ×2.5 |');
    expect(page).toContain('Claude cost $0.50 on the day, $4.00 in the month.');
  });

  it('leaves out headings of empty lists', () => {
    expect(renderDigest(digest('x'))).not.toContain('New this week');
  });

  it.each([
    ['a | b\nc', 'a \\| b c'],
    ['[x](javascript:alert(1))', '\\[x\\]\\(javascript:alert\\(1\\)\\)'],
    ['<img src=x onerror=y> & more', '&lt;img src=x onerror=y\\> &amp; more'],
    ['# not a *heading* `code`', '\\# not a \\*heading\\* \\`code\\`'],
    ['x'.repeat(500), `${'x'.repeat(159)}…`],
  ])('shows %j as text', (text, shown) => {
    const page = renderDigest(digest(text, text));
    expect(page).toContain(`## Incident: ${shown}\n`);
    expect(page).toContain(`- ${shown} (pt`);
  });
});
