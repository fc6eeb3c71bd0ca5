import { createIssueStores } from '#adapters/dynamodb/issues/issue-stores.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import type { Line } from '#bench/report/line.ts';
import { issueIdOf } from '#core/issues/grouping/issue-id.ts';
import type { IssueSummary } from '#core/issues/issue.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

const ISSUES = 300;
const ASKED = 300;
const WARM_UP = 30;
const MAX_P95_MS = 50;
const UNTHROTTLED = { $default: { ratePerSecond: 1e9, burst: 1e9 } };
const DAY_MS = 86_400_000;

/** The list of issues, asked for page by page as a client does, one request after the other. */
export async function benchIssueList(): Promise<Line[]> {
  // The handler runs in this process: its line per request would drown the table.
  process.env.POWERTOOLS_LOG_LEVEL = 'WARN';
  const api = await serveApi({ routeThrottles: UNTHROTTLED });
  try {
    await publishIssues({ ...api.deployed.table, log: SILENT });
    const ask = async (path: string): Promise<number> => {
      const begin = performance.now();
      const headers = { authorization: `Bearer ${api.tokens.SUPERVISED}` };
      const answer = await fetch(api.url + path, { headers });
      const { issues } = (await answer.json()) as { issues?: readonly unknown[] };
      if (issues === undefined || issues.length === 0)
        throw new MeasurementError(`GET ${path} answered ${answer.status} without issues.`);
      return performance.now() - begin;
    };
    const paths = ['/api/issues', '/api/issues?sort=growth&limit=100', '/api/issues?kind=bug&limit=20'];
    for (let n = 0; n < WARM_UP; n += 1) await ask(paths[n % paths.length] ?? '');
    const times: number[] = [];
    for (let n = 0; n < ASKED; n += 1) times.push(await ask(paths[n % paths.length] ?? ''));
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
    return [
      {
        what: `GET /api/issues of ${ISSUES} issues, p95`,
        measured: `${at(0.95).toFixed(1)} ms`,
        floor: `${at(0.5).toFixed(1)} ms, p50`,
        target: { shown: `≤ ${MAX_P95_MS} ms`, value: at(0.95), limit: MAX_P95_MS },
      },
    ];
  } finally {
    await api.stop();
  }
}

async function publishIssues(table: Parameters<typeof createIssueStores>[0]): Promise<void> {
  const { generations } = createIssueStores(table, 'acme');
  const now = Date.now();
  const issues = Array.from({ length: ISSUES }, (_, n) => issueOf(n, now));
  await generations.publish(await generations.current(), {
    ...{ publishedAt: now, syncedUntil: now, decisions: 0, consolidatedAt: now, completeSince: 0 },
    ...{ days: [], counts: new Map(), issues: issues.sort((a, b) => (a.id < b.id ? -1 : 1)) },
  });
}

function issueOf(n: number, now: number): IssueSummary {
  const founder = { id: String(1_000 + n), createdAt: now - (n + 1) * 3_600_000 };
  const id = issueIdOf(founder, { subdomain: 'acme', salt: '', isTaken: () => false });
  const line = `Export number ${n} to CSV times out for large accounts`;
  const tickets = 3 + (n % 40);
  return {
    ...{ id, isEmerging: false, fallbackTitle: line, kind: n % 3 === 0 ? 'bug' : 'how_to' },
    ...{ productArea: 'billing', severityMix: { critical: 0, high: 1, medium: tickets - 1, low: 0 } },
    ...{ ticketsTotal: 2 * tickets, tickets7d: tickets, tickets24h: n % 5, requesters7d: tickets },
    growth: { ratio: 1 + (n % 7) / 2, low: 0.5, high: 8 },
    ...{ trend: 'steady', score: n, firstSeen: now - 20 * DAY_MS, lastSeen: founder.createdAt },
    ...{ languages: ['en', 'de'], representative: line },
    keywords: ['export', 'csv', 'times', 'out', 'large', 'accounts'],
    examples: Array.from({ length: 12 }, (_, at) => ({
      ...{ ticketId: String(10_000 + n * 12 + at), line, language: 'en' },
    })),
    ...{ incidentId: null, days: [new Date(now).toISOString().slice(0, 10)] },
  };
}
