import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import { conflictName, parseConflictName } from '#core/conflicts/conflict-store.ts';
import { FeedStatus } from '#core/feed/feed-state.ts';
import { JobId } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { parseSkill } from '#core/skills/skill.ts';
import { HOUR, seen, T0 } from '#test/contracts/versions.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { type TestStores, tableStores } from '#test/engines/test-stores.ts';

/** Every attribute that is a map or a list in the table, with the keys that it may have: all of them ours. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  tags: [],
  counts: ['added'],
  lastError: ['code', 'message', 'retryable'],
  listing: ['listingId', 'startedAt', 'pageSize', 'startedBy'],
  report: [
    ...['status', 'connected', 'reconnectAttempts', 'consecutiveFailures', 'fallbackToPolling'],
    ...['disconnectReason', 'reconnectsTotal', 'messagesTotal', 'rejectedTotal', 'fallbackSecondsTotal'],
    ...['skill_update', 'category_update', 'rating_update', 'skill_delete'],
  ],
};

/** What a marshaller, a table or JavaScript may take for something else. */
const FOREIGN = JSON.parse(`{
  "constructor": {"name": "Set"}, "toString": 1, "hasOwnProperty": [], "": {"": null}, "a.b": "\\u0000",
  "M": {"S": "x"}, "${'n'.repeat(65_536)}": {"constructor": 1}
}`);

describe('What others send', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDynalite();
  });
  afterAll(() => engine.stop());

  it('never becomes a map or a list of the table, but for the lists of tags', async () => {
    // Prepare
    const table = await engine.createTable();
    const stores = tableStores(table);

    // Act
    await fill(stores);

    // Assess
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
    expect(new Set(Items.map(({ pk }) => pk?.S?.split('#')[0]))).toEqual(
      new Set([
        ...['SKILL', 'CATEGORIES', 'CONFLICTS', 'COUNTERS', 'RUNS', 'JOB', 'LISTING', 'REJECTED', 'FEED'],
        ...['AUDIT', 'RATING_CONFLICTS'],
      ]),
    );
    const structures = Items.flatMap((item) => Object.entries(item)).filter(
      ([, value]) => value.M ?? value.L,
    );
    expect(new Set(structures.map(([name]) => name))).toEqual(new Set(Object.keys(OURS)));
    for (const [name, value] of structures) expect(OURS[name]).toEqual(expect.arrayContaining(keysOf(value)));
  });

  it('is given back to the letter all the same', async () => {
    const stores = tableStores(await engine.createTable());
    await fill(stores);
    const now = new Date(T0 + HOUR);

    const { items } = await stores.audit.list(9, undefined, T0 + HOUR);
    expect(JSON.stringify(items[0]?.parameters)).toBe(JSON.stringify(FOREIGN));
    const skill = await stores.skillReader.get('constructor', now);
    expect(JSON.stringify(skill?.remote.skill.metadata)).toBe(JSON.stringify(FOREIGN));
    const [category] = (await stores.categoryReader.list(9, undefined, T0 + HOUR)).items;
    expect(JSON.stringify(category?.extra)).toBe(JSON.stringify(FOREIGN));
  });
});

/** Writes one of everything. */
async function fill(stores: TestStores): Promise<void> {
  const skill = (over: object, after: number) => {
    const raw = { skill_id: 'constructor', name: 'A', tags: ['constructor', ''], metadata: FOREIGN, ...over };
    const parsed = parseSkill({ ...raw, constructor: FOREIGN });
    if (!parsed.ok) throw new Error(parsed.reason);
    return stores.skills.put(parsed.value, seen(after));
  };
  await skill({}, 0);
  const edit = { by: 'constructor', now: T0 + 1 };
  await stores.editor.edit(
    'constructor',
    ({ remote }) => ({ ...remote.skill, version: '2', more: FOREIGN }),
    edit,
  );
  await skill({ version: '3' }, 2);
  const { items } = await stores.conflicts.list({ status: 'all' }, 9, undefined, new Date(T0 + 3));
  const conflict = parseConflictName(conflictName(items[0]!))!;
  const answer = { by: 'constructor', revision: undefined, now: T0 + 4 };
  await stores.conflicts.resolve({ conflict, strategy: 'merge', ...answer });
  const category = parseCategory({ name: 'constructor', extra: FOREIGN });
  if (category.ok) await stores.categories.put(category.value, seen(0));
  await fillRest(stores);
}

async function fillRest(stores: TestStores): Promise<void> {
  const id = newRunId(T0, () => 0.5);
  const failure = { code: 'constructor', message: 'constructor', retryable: true };
  await stores.rejected.put({
    ...{ id: 'constructor', kind: 'skill', reason: 'constructor', runId: id },
    ...{ firstSeenAt: T0, lastSeenAt: T0 },
  });
  const lease = (await stores.jobs.acquire(JobId.skillSync, id, T0, HOUR))!;
  await stores.jobs.setListing(lease, { listingId: 'l', startedAt: T0, pageSize: 9, startedBy: id });
  await stores.jobs.finish(lease, { status: 'failed', endedAt: T0, durationMs: 1, error: failure });
  await stores.checkpoints.append('l', { throughPage: 1, seen: [], runId: id, counts: { added: 1 } }, T0);
  const progress = { done: 0, total: undefined, unit: 'skills' };
  await stores.runs.put(
    {
      ...{ runId: id, job: JobId.skillSync, status: 'failed', trigger: 'manual', startedAt: T0, progress },
      ...{ counts: { constructor: 1 }, error: failure, invocations: 1, fence: 1 },
    },
    T0 + HOUR,
  );
  const feed = (await stores.feed.acquire('constructor', T0, HOUR))!;
  const count = {
    ...{ reconnectAttempts: 0, consecutiveFailures: 0 },
    ...{ reconnectsTotal: 0, rejectedTotal: 0, fallbackSecondsTotal: 0 },
  };
  const messagesTotal = { skill_update: 0, category_update: 0, rating_update: 0, skill_delete: 0 };
  const report = { status: FeedStatus.open, connected: true, fallbackToPolling: false, ...count };
  await stores.feed.renew(feed, T0, HOUR, { ...report, messagesTotal, disconnectReason: 'constructor' });
  await stores.audit.append({
    ...{ id, at: T0, subject: 'constructor', level: 'AUTONOMOUS', action: 'PUT /', correlationId: 'c' },
    ...{ status: 200, parameters: FOREIGN },
  });
  const side = { rating: 1, comment: 'constructor', at: T0 };
  await stores.ratingConflicts.append({
    ...{ id, skillId: 'constructor', userId: 'constructor', detectedAt: T0 },
    ...{ ours: side, theirs: side, outcome: 'remote_won' },
  });
}

/** The keys of a map, and of those within it. */
function keysOf({ M, L }: AttributeValue): string[] {
  const inner = L ?? Object.values(M ?? {});
  return [...Object.keys(M ?? {}), ...inner.flatMap(keysOf)];
}
