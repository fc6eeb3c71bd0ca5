import { beforeEach, describe, expect, it } from 'vitest';
import { noFacts } from '#core/issues/operate/facts-transitions.ts';
import { call, type EventParts } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { EXPORT, publishUsual, UNKNOWN_ISSUE } from '#test/functions/admin-api/fill-issues.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const get = (path: string) => call(world, { path, token: 'SUPERVISED' });
const list = async () => (await get('/api/issues')).body;
const change = (id: string, body: unknown, parts: Partial<EventParts> = {}) =>
  call(world, { method: 'PATCH', path: `/api/issues/${id}`, body, ...parts });

describe('PATCH /api/issues/{id}', () => {
  beforeEach(() => publishUsual(world));

  it('names an issue, resolves it, and tells who did', async () => {
    const { status, headers, body } = await change(EXPORT, { title: ' Big exports ', status: 'resolved' });

    expect([status, headers.etag]).toEqual([200, '"1"']);
    expect(body.issue).toMatchObject({
      title: 'Big exports',
      status: 'resolved',
      resolved_at: new Date(NOW).toISOString(),
      version: 1,
    });
    expect(body.issue.events.map(({ type }: { type: string }) => type).sort()).toEqual(['renamed', 'status']);
    expect((await list()).issues.find(({ id }: { id: string }) => id === EXPORT).title).toBe('Big exports');
  });

  it('gives a title back with null', async () => {
    const { body: before } = await get(`/api/issues/${EXPORT}`);
    await change(EXPORT, { title: 'Mine' });

    expect((await change(EXPORT, { title: null })).body.issue.title).toBe(before.issue.title);
  });

  it.each([['"0"'], ['0'], ['W/"0"'], ['*'], [undefined]])(
    'takes If-Match %s of a first change',
    async (tag) => {
      const headers: Record<string, string> = tag === undefined ? {} : { 'if-match': tag };
      expect((await change(EXPORT, { owner: 'dana' }, { headers })).status).toBe(200);
    },
  );

  it('answers a lost update with 409 and the issue as it is', async () => {
    await change(EXPORT, { owner: 'dana' });

    for (const answer of [
      await change(EXPORT, { owner: 'eve', version: 0 }),
      await change(EXPORT, { owner: 'eve' }, { headers: { 'If-Match': '"0"' } }),
    ]) {
      expect(answer).toMatchObject({
        status: 409,
        body: { error: 'version_conflict', version: 1, issue: { owner: 'dana', version: 1 } },
      });
    }
    expect((await change(EXPORT, { owner: 'eve', version: 1 })).body.issue.version).toBe(2);
  });

  it.each(['abc', '"x"', '-1', '1.5', '', '""', '1'.repeat(40)])('refuses If-Match %j', async (tag) => {
    const { status, body } = await change(EXPORT, { owner: 'dana' }, { headers: { 'if-match': tag } });

    expect([status, body.details?.[0]?.in]).toEqual([400, 'header']);
  });

  it('refuses two versions that differ', async () => {
    expect(
      (await change(EXPORT, { owner: 'a', version: 1 }, { headers: { 'if-match': '"2"' } })).status,
    ).toBe(400);
  });

  it.each([
    {},
    { version: 0 },
    { title: 'x'.repeat(300) },
    { title: 'a\u0000b' },
    { title: 'a\nb' },
    { title: 'a\u202eb' },
    { title: 7 },
    { title: '\ud800' },
    { status: 'emerging' },
    { status: null },
    { owner: 'x'.repeat(101) },
    { note: 'x'.repeat(4_001) },
    { note: 'a\u0007' },
    { score: 1 },
    { owner: 'dana', version: -1 },
    [],
  ])('refuses %j', async (body) => {
    expect((await change(EXPORT, body)).status).toBe(400);
  });

  it('keeps markup as the text that it is', async () => {
    const title = '<script>alert(1)</script> & "more"';
    expect((await change(EXPORT, { title })).body.issue.title).toBe(title);
  });

  it('changes none that was merged away, or that there is not', async () => {
    await world.stores.issues.records.putMoves([{ id: UNKNOWN_ISSUE, into: EXPORT }]);

    expect(await change(UNKNOWN_ISSUE, { owner: 'a' })).toMatchObject({
      status: 409,
      body: { error: 'issue_moved', moved_to: EXPORT },
    });
    expect((await change('01KHTNPR6M4Y8Z0V9QK2D3F5GY', { owner: 'a' })).status).toBe(404);
  });

  it('keeps what a run changes at the same time', async () => {
    const { records } = world.stores.issues;
    await Promise.all([
      change(EXPORT, { owner: 'dana' }),
      records.changeFacts(EXPORT, (before = noFacts(EXPORT)) => ({
        next: { ...before, version: before.version + 1, listedAt: NOW },
        result: undefined,
      })),
    ]);

    expect(await records.facts(EXPORT)).toMatchObject({ owner: 'dana', listedAt: NOW, version: 2 });
  });
});
