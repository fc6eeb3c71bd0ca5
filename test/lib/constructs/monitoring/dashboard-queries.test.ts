import { beforeAll, describe, expect, it } from 'vitest';
import { createMemorySkillEntries } from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import { MarketplaceUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { endRun } from '#core/runs/end-run.ts';
import { JobId } from '#core/runs/run.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import { syncRatings } from '#functions/rating-sync/sync-ratings.ts';
import { FrameCounter } from '#functions/realtime-feed/count-frames.ts';
import { logMinute } from '#functions/realtime-feed/log-minute.ts';
import { AnalysisCounts } from '#functions/ticket-analysis/analysis-counts.ts';
import {
  type DashboardQuery,
  type LogWriter,
  QUERIES,
} from '#lib/constructs/monitoring/dashboard-queries.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';
import { createSyncHarness as createRatingHarness } from '#test/functions/rating-sync/sync-harness.ts';
import { createUploadHarness, KEY } from '#test/functions/rating-upload/upload-harness.ts';
import { createSyncHarness } from '#test/functions/skill-sync/sync-harness.ts';
import { RUN } from '#test/monitoring/emitters.ts';

/** A line as it is in the log: a JSON object; what is undefined is not in it. */
type Line = Readonly<Record<string, unknown>>;
const asLogged = (line: object): Line => JSON.parse(JSON.stringify(line));

/** Who writes which lines, each written by the code that writes it. */
const WRITERS: Partial<Record<LogWriter, () => Promise<object[]>>> = {
  'skill-sync': async () => {
    const { sync, publish: put, table, infos, clock } = createSyncHarness({ strategy: 'manual' });
    put('csv');
    await sync();
    const edit = { by: 'dana', now: clock.now() };
    const editor = createSkillEditor(createMemorySkillEntries(table));
    await editor.edit('csv', () => ({ skill_id: 'csv', name: 'ours' }), edit);
    put('csv', { name: 'theirs' });
    await sync();
    return [...infos, ...(await failedRun(JobId.skillSync))];
  },
  'rating-sync': async () => {
    const { deps, context, counts } = createRatingHarness();
    await syncRatings(deps, context);
    return [...(await endedRun(JobId.ratingSync, counts())), ...(await failedRun(JobId.ratingSync))];
  },
  'cache-cleanup': () => endedRun(JobId.cacheCleanup, {}),
  'rating-upload': async () => {
    const fail = () => Promise.reject(new MarketplaceUnavailableError('down', { status: 503 }));
    const harness = createUploadHarness({ add: fail, update: fail, ofSkill: fail });
    await harness.give(4, KEY.userId);
    await harness.upload();
    return harness.log.lines.map(({ message, facts }) => ({ message, ...(facts as object) }));
  },
  'realtime-feed': async () => {
    const counter = new FrameCounter(() => 0);
    counter.message('skill_update', 1);
    counter.stored(12);
    const lines: object[] = [];
    logMinute({ info: (message, facts) => void lines.push({ message, ...facts }) }, counter.takeMinute());
    return lines;
  },
  'admin-api': async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'csv', name: 'CSV' });
    await call(world, { path: '/api/skills/csv' });
    await call(world, { path: '/api/skills/unknown' });
    return world.lines.map(({ message, facts }) => ({ message, ...facts }));
  },
  'ticket-analysis': async () => {
    const context = { begun: { ...RUN, counts: {} }, report: () => undefined, advanced: () => undefined };
    const reported: Readonly<Record<string, number>>[] = [];
    const counts = new AnalysisCounts({
      ...context,
      report: (_progress, some) => void reported.push(some ?? {}),
    });
    counts.add('analysed');
    counts.add('failed');
    counts.expect(0);
    return [
      ...(await endedRun(JobId.ticketSync, reported.at(-1) ?? {})),
      ...(await failedRun(JobId.ticketSync)),
    ];
  },
};

/** The line of a run that ended. */
async function endedRun(
  job: string,
  counts: Readonly<Record<string, number>>,
  outcome: Parameters<typeof endRun>[2] = { result: {} },
): Promise<object[]> {
  const lines: object[] = [];
  const log: Log = { ...SILENT, info: (message, facts) => void lines.push({ message, ...facts }) };
  const deps = {
    runs: { put: async () => undefined },
    jobs: { finish: async () => undefined },
    now: () => RUN.startedAt + 5_000,
    log,
    continueInNewInvocation: async () => undefined,
  };
  await endRun(
    deps,
    { run: { ...RUN, job, counts }, lease: { job, runId: RUN.runId, fence: 1 } },
    outcome,
    false,
  );
  return lines;
}

const failedRun = (job: string) => endedRun(job, {}, { error: new MarketplaceUnavailableError('down') });

/** The fields that a query reads, and those that it makes itself. */
function fieldsOf(query: DashboardQuery): string[] {
  const text = query.lines.join('\n').replaceAll(/"[^"]*"/g, '""');
  const made = new Set([...text.matchAll(/ as (\w+)/g)].map(([, name]) => name));
  const words = text.replaceAll(/ as \w+/g, '').match(/[a-z_]+(?:\.[a-z_]+)*(?![\w(])/g) ?? [];
  const language = /^(filter|fields|stats|sort|by|and|or|as|desc|asc|h|m|message)$/;
  return [...new Set(words)].filter((word) => !made.has(word) && !language.test(word));
}

function valueAt(line: Line, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Line | undefined)?.[name], line);
}

/** The `key = "text"` and `ispresent(key)` of a query's filters, as far as one line decides about them. */
function isAsked(line: Line, { lines }: DashboardQuery): boolean {
  const filters = lines.filter((one) => one.startsWith('filter')).join(' and ');
  const equal = [...filters.matchAll(/([\w.]+) = "([^"]*)"/g)];
  const present = [...filters.matchAll(/ispresent\(([\w.]+)\)/g)];
  return (
    equal.every(([, name = '', text]) => valueAt(line, name) === text) &&
    present.every(([, name = '']) => valueAt(line, name) !== undefined)
  );
}

describe('The questions of the dashboard', () => {
  const written = new Map<string, readonly Line[]>();
  beforeAll(async () => {
    for (const [service, write] of Object.entries(WRITERS)) {
      written.set(service, (await write()).map(asLogged));
    }
  });
  const queries: [string, DashboardQuery][] = Object.entries(QUERIES);

  it.each(queries)('%s reads fields that lines of those services have', (_name, query) => {
    const lines = query.of.flatMap((service) => written.get(service) ?? []);
    const asked = lines.filter((line) => isAsked(line, query));
    expect(asked.length).toBeGreaterThan(0);
    const fields = fieldsOf(query);
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) {
      expect(
        asked.some((line) => valueAt(line, field) !== undefined),
        `${field} in ${JSON.stringify(asked[0])}`,
      ).toBe(true);
    }
  });

  it('reads the fields of a query as they stand', () => {
    expect(fieldsOf(QUERIES.runErrors)).toEqual(['status', 'job', 'error_code']);
    expect(fieldsOf(QUERIES.cacheHits)).toEqual(['method', 'route', 'status']);
    expect(fieldsOf(QUERIES.conflictsWaiting)).toEqual(['job', 'counts.conflicts_unresolved']);
  });

  it('tells reads that the cache answered from those of what it does not have', () => {
    const reads = (written.get('admin-api') ?? []).filter((line) => isAsked(line, QUERIES.cacheHits));
    expect(reads.map(({ status }) => status)).toEqual([200, 404]);
  });

  it('names jobs, statuses and types as the lines do', () => {
    const ended = (written.get('skill-sync') ?? []).filter(({ message }) => message === 'run ended');
    expect(ended.map(({ status }) => status)).toEqual(['success', 'success', 'failed']);
    const [conflict] = (written.get('skill-sync') ?? []).filter(
      ({ message }) => message === 'conflict detected',
    );
    expect(QUERIES.conflictTypes.lines.join()).toContain(`"${conflict?.conflict_type}"`);
    expect(QUERIES.runSuccess.lines.join()).toContain(`"${ended[0]?.job}"`);
  });
});
