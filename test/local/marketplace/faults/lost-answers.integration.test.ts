import { describe, expect, it } from 'vitest';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { ask, call, failureOf, startWith } from '#test/local/marketplace/marketplace-client.ts';

describe('ratings whose answer is lost', () => {
  const post = (id: string) => ({ method: 'POST', json: { skill_id: id, user_id: 'u', rating: 5 } });

  it.each([
    { kind: 'reset', afterCommit: true },
    { kind: 'status', status: 500, afterCommit: true },
    { kind: 'html', afterCommit: true },
    { kind: 'cut' },
  ] satisfies Fault[])('are counted all the same: $kind', async (fault) => {
    const marketplace = await startWith({ ...fault, route: 'add_rating' });
    const id = marketplace.catalog.ids()[0]!;

    await failureOf(call(marketplace, '/api/v1/ratings', post(id)));

    expect(marketplace.ratings.list(id)).toHaveLength(1);
    expect((await ask(marketplace, '/api/v1/ratings', post(id))).status).toBe(409);
  });

  it.each([{ kind: 'reset' }, { kind: 'status', status: 500 }, { kind: 'rate_limit' }] satisfies Fault[])(
    'are not counted when the work was not done: $kind',
    async (fault) => {
      const marketplace = await startWith({ ...fault, route: 'add_rating' });
      const id = marketplace.catalog.ids()[0]!;

      await failureOf(call(marketplace, '/api/v1/ratings', post(id)));

      expect(marketplace.ratings.list()).toEqual([]);
      expect((await ask(marketplace, '/api/v1/ratings', post(id))).status).toBe(201);
    },
  );

  it('are counted when the answer never comes', async () => {
    const marketplace = await startWith({ kind: 'hang', afterCommit: true, route: 'add_rating' });
    const abort = new AbortController();
    const lost = failureOf(
      call(marketplace, '/api/v1/ratings', { ...post(marketplace.catalog.ids()[0]!), signal: abort.signal }),
    );
    await expect.poll(() => marketplace.ratings.list().length).toBe(1);
    abort.abort();
    expect(await lost).not.toBe('answered');
  });
});
