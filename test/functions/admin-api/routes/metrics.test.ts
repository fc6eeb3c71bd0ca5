import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readTotals } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import type { JobState } from '#core/runs/job-store.ts';
import { JobId } from '#core/runs/run.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { renderMetrics } from '#functions/admin-api/health/render-metrics.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { aFeedReport, jobState, NOW } from '#test/functions/admin-api/example-records.ts';
import { putTicket, spend, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { endRun, reportFeed } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const SYNCED: Partial<JobState> = {
  successfulRuns: 7,
  failedRuns: 3,
  lastSuccessAt: NOW,
  skillsCount: 5000,
  categoriesCount: 12,
  durations: { count: 10, sumSeconds: 912.25, buckets: [1, 0, 4, 2, 1, 1] },
  errors: { marketplace_unavailable: 2, 'odd "code"\\\n': 1 },
};

/** Families by the contract, with the labels that tell their series apart. */
const FAMILIES: Record<string, readonly [type: string, labels: readonly string[]]> = {
  atom_saas_sync_duration_seconds: ['histogram', ['type']],
  atom_saas_sync_success_total: ['counter', ['type']],
  atom_saas_sync_errors_total: ['counter', ['type', 'error']],
  atom_saas_cache_size: ['gauge', ['type']],
  atom_saas_cache_reads_total: ['counter', ['result']],
  atom_saas_websocket_connected: ['gauge', []],
  atom_saas_websocket_fallback: ['gauge', []],
  atom_saas_websocket_fallback_seconds_total: ['counter', []],
  atom_saas_websocket_reconnects_total: ['counter', []],
  atom_saas_websocket_messages_total: ['counter', ['type']],
  atom_saas_conflicts_detected_total: ['counter', ['type']],
  atom_saas_conflicts_resolved_total: ['counter', ['strategy']],
  atom_saas_conflicts_unresolved: ['gauge', []],
  atom_saas_ratings_pending: ['gauge', []],
  atom_saas_failed_uploads: ['gauge', []],
  atom_saas_sync_last_success_timestamp_seconds: ['gauge', ['type']],
  atom_tickets_pending: ['gauge', []],
  atom_tickets_analysed_total: ['counter', ['outcome']],
  atom_tickets_cost_usd_total: ['counter', ['model', 'purpose']],
  atom_tickets_tokens_total: ['counter', ['kind']],
  atom_tickets_cursor_age_seconds: ['gauge', []],
  atom_issues: ['gauge', ['status']],
  atom_incidents_open: ['gauge', []],
};

/** Ten runs of these milliseconds, and what became of them, as {@link SYNCED} has it. */
const RUNS: readonly (readonly [durationMs: number, error?: string])[] = [
  [250],
  [1_500],
  [2_000, 'marketplace_unavailable'],
  [3_000],
  [4_500],
  [10_000],
  [15_000, 'marketplace_unavailable'],
  [40_000],
  [200_000, 'odd "code"\\\n'],
  [636_000],
];

async function sync(world: World) {
  for (const [durationMs, code] of RUNS) {
    const error = code === undefined ? undefined : { code, message: 'No answer.', retryable: true };
    await endRun(world, JobId.skillSync, { durationMs, ...(error && { status: 'failed', error }) });
  }
  await world.stores.jobs.setCacheSize(JobId.skillSync, { skillsCount: 5000, categoriesCount: 12 });
}

/** Two tickets wait, a run analysed some, money was spent, and the export was at its end a minute ago. */
async function putTicketSeries(world: World) {
  const analysis = { status: 'batched', since: NOW, attempts: 0, batchId: 'b' } as const;
  await putTicket(world, { id: '1' });
  await putTicket(world, { id: '2', analysis });
  await endRun(world, TICKET_WORKER, { counts: { analysed: 5, refused: 1, seen: 9 } });
  await spend(world, 250_000);
  await spend(world, 500_000, NOW - 86_400_000);
  const state = { subdomain: 'acme', startTime: 0, requestTimes: [], failedTickets: [] };
  await world.stores.syncStates.write({ ...state, completedAt: NOW - 60_000 }, 1);
}

async function metrics() {
  const world = createWorld();
  await sync(world);
  await putTicketSeries(world);
  const answer = await call(world, { path: '/metrics/sync', token: 'SUPERVISED' });
  return { ...answer, world, lines: (answer.body as string).trimEnd().split('\n') };
}

describe('GET /metrics/sync', () => {
  it('is text of Prometheus’ format, read with a few point reads and counts', async () => {
    const { status, headers, world } = await metrics();

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(world.reads).toHaveLength(8);
  });

  it('has every family of the contract, each with its type, its labels and a series', async () => {
    const { lines } = await metrics();
    const types = Object.fromEntries(
      lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ').slice(2)),
    );

    expect(types).toEqual(Object.fromEntries(Object.entries(FAMILIES).map(([name, [type]]) => [name, type])));
    for (const [name, [type, labels]] of Object.entries(FAMILIES)) {
      const series = lines.find((line) => line.startsWith(type === 'histogram' ? `${name}_sum` : name))!;
      expect([...series.matchAll(/(\w+)="/g)].map(([, label]) => label)).toEqual(labels);
    }
  });

  it('cumulates the histogram', async () => {
    const { lines } = await metrics();

    expect(lines.filter((line) => /duration_seconds.*"skill"/.test(line))).toEqual([
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="0.5"} 1',
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="1"} 1',
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="5"} 5',
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="15"} 7',
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="60"} 8',
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="300"} 9',
      'atom_saas_sync_duration_seconds_bucket{type="skill",le="+Inf"} 10',
      'atom_saas_sync_duration_seconds_sum{type="skill"} 912.25',
      'atom_saas_sync_duration_seconds_count{type="skill"} 10',
    ]);
  });

  it('counts outcomes by type and error, and tells the time of the last success and the size of the cache', async () => {
    const { lines } = await metrics();

    expect(lines).toEqual(
      expect.arrayContaining([
        'atom_saas_sync_success_total{type="skill"} 7',
        'atom_saas_sync_success_total{type="rating"} 0',
        'atom_saas_sync_success_total{type="cleanup"} 0',
        'atom_saas_sync_errors_total{type="skill",error="marketplace_unavailable"} 2',
        'atom_saas_sync_errors_total{type="skill",error="odd \\"code\\"\\\\\\n"} 1',
        'atom_saas_sync_last_success_timestamp_seconds{type="skill"} 1771497000',
        'atom_saas_cache_size{type="skills"} 5000',
        'atom_saas_cache_size{type="categories"} 12',
        'atom_saas_conflicts_resolved_total{strategy="merge"} 0',
        'atom_saas_sync_success_total{type="ticket"} 1',
        'atom_tickets_pending 2',
        'atom_tickets_analysed_total{outcome="analysed"} 5',
        'atom_tickets_analysed_total{outcome="refused"} 1',
        'atom_tickets_analysed_total{outcome="failed"} 0',
        'atom_tickets_cost_usd_total{model="claude-haiku-5-5",purpose="analysis"} 0.75',
        'atom_tickets_tokens_total{kind="in"} 3000',
        'atom_tickets_cursor_age_seconds 60',
      ]),
    );
  });

  it('has nothing of tickets where they are not deployed', async () => {
    const world = withTickets(createWorld(), undefined);
    const { body } = await call(world, { path: '/metrics/sync', token: 'SUPERVISED' });

    expect(body).not.toMatch(/ticket/);
  });

  it.each([
    [5, 1771497300],
    [6, 0],
    [525_600, 0],
  ])('tells of a last success %i minutes ahead as %i, so that its age alarms', async (minutes, told) => {
    const world = createWorld();
    const lastSuccessAt = NOW + minutes * 60_000;
    await endRun(world, JobId.skillSync, { endedAt: lastSuccessAt });
    const { body } = await call(world, { path: '/metrics/sync', token: 'SUPERVISED' });

    expect(body).toContain(`atom_saas_sync_last_success_timestamp_seconds{type="skill"} ${told}\n`);
  });

  it('tells of the feed, which is not connected once its task is gone', async () => {
    const world = createWorld();
    await reportFeed(world);
    const feed = async () => {
      const { body } = await call(world, { path: '/metrics/sync', token: 'SUPERVISED' });
      return (body as string).split('\n').filter((line) => line.startsWith('atom_saas_websocket'));
    };
    const counters = [
      'atom_saas_websocket_fallback 0',
      'atom_saas_websocket_fallback_seconds_total 120',
      'atom_saas_websocket_reconnects_total 4',
      'atom_saas_websocket_messages_total{type="skill_update"} 30',
      'atom_saas_websocket_messages_total{type="category_update"} 2',
      'atom_saas_websocket_messages_total{type="rating_update"} 5',
      'atom_saas_websocket_messages_total{type="skill_delete"} 1',
    ];

    expect(await feed()).toEqual(['atom_saas_websocket_connected 1', ...counters]);
    world.clock += 60_001;
    expect(await feed()).toEqual(['atom_saas_websocket_connected 0', ...counters]);
  });

  it('is made of lines that the format knows, no series twice', async () => {
    const { lines } = await metrics();
    const series = lines.filter((line) => !line.startsWith('#'));

    for (const line of lines) {
      expect(line).toMatch(
        /^(# HELP \w+ .+|# TYPE \w+ (counter|gauge|histogram)|\w+(\{\w+="([^"\\\n]|\\["\\n])*"(,\w+="([^"\\\n]|\\["\\n])*")*\})? \d+(\.\d+)?)$/,
      );
    }
    expect(new Set(series.map((line) => line.replace(/ \S+$/, ''))).size).toBe(series.length);
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  it.runIf(promtool)('is accepted by promtool', async () => {
    const conflicts = { totals: readTotals({}), open: 0 };
    const state = { report: aFeedReport(), reportedAt: NOW, leaseUntil: NOW + 1, control: { enabled: true } };
    const ratings = { pending: 3, failed: 1 };
    const cacheReads = { hits: 7, misses: 0 };
    const figures = { cacheReads, conflicts, ratings, feed: { feed: state, nowMs: NOW } };
    for (const job of [jobState('a'), jobState('a', SYNCED)]) {
      const input = renderMetrics([{ type: 'skill', state: job }], job, figures);
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input });
      expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
    }
  });
});
