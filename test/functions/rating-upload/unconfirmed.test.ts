import { describe, expect, it } from 'vitest';
import { type Asked, createUploadHarness } from './upload-harness.ts';

/** What the marketplace of a test holds of our user, and how it answers writes. */
type Held = { rating_id: string; user_id: string; rating: unknown; comment?: string; created_at: string };

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const rightAnswer = (rating: number) => ({
  ...{ success: true, rating_id: 'r1', skill_id: 'csv', rating },
  ...{ average_rating: 4, rating_count: 1, created_at: '2026-02-19T10:30:00Z' },
});

/** Every answer that is a 2xx and no confirmation of a rating of four stars. */
const LIES: readonly (readonly [string, () => Response])[] = [
  ['{}', () => json({})],
  ['201 {}', () => json({}, 201)],
  ['an error', () => json({ error: 'storage is full' })],
  ['success: false', () => json({ ...rightAnswer(4), success: false })],
  ['success: "true"', () => json({ ...rightAnswer(4), success: 'true' })],
  ['no success', () => json({ ...rightAnswer(4), success: undefined })],
  ['an error beside success', () => json({ ...rightAnswer(4), error: 'not stored' })],
  ['another skill', () => json({ ...rightAnswer(4), skill_id: 'pdf' })],
  ['no skill', () => json({ ...rightAnswer(4), skill_id: undefined })],
  ['another rating', () => json(rightAnswer(5))],
  ['another user', () => json({ ...rightAnswer(4), user_id: 'eve' })],
  ['202 that means to do it later', () => json({ status: 'accepted' }, 202)],
  ['204', () => new Response(null, { status: 204 })],
  ['an empty body', () => new Response('')],
  ['a web page', () => new Response('<html>Sign in</html>')],
  ['a list', () => json([rightAnswer(4)])],
  ['null', () => json(null)],
  ['a text', () => json('ok')],
  ['true', () => json(true)],
  ['half of it', () => new Response('{"success":true,"rating_id":"r1","skill_id":"csv","ra')],
];

function marketWith(options: {
  answer: (asked: Asked) => Response;
  /** Whether a write is done although its answer does not say so. */
  isDone: boolean;
  held?: Held;
}) {
  const state = { held: options.held, writes: [] as string[] };
  const serve = (asked: Asked): Response => {
    const { method, body } = asked;
    if (method === 'GET') return json({ skill_id: 'csv', ratings: state.held ? [state.held] : [] });
    state.writes.push(method);
    if (method === 'POST' && state.held) return json({ error: 'already_rated' }, 409);
    if (options.isDone) {
      const { rating, comment } = body as { rating: number; comment?: string };
      const at = { created_at: '2026-02-19T10:30:00Z' };
      state.held = {
        ...{ rating_id: 'r1', user_id: 'dana', rating },
        ...(comment ? { comment } : {}),
        ...at,
      };
    }
    return options.answer(asked);
  };
  return { state, ...createUploadHarness(serve) };
}

describe('A new rating that is answered with', () => {
  it.each(LIES)('%s is settled by what the marketplace holds', async (_what, answer) => {
    const s = marketWith({ answer, isDone: true });
    await s.give(4);
    expect(await s.upload()).toEqual({ kind: 'uploaded', isFirst: true });
    expect(await s.get()).toMatchObject({ status: 'synced', base: { ratingId: 'r1' } });
    expect(s.state.writes).toEqual(['POST']);
    expect(await s.conflicts()).toEqual([]);
  });

  it.each(LIES)('%s counts as nothing where the marketplace holds nothing', async (_what, answer) => {
    const s = marketWith({ answer, isDone: false });
    await s.give(4);
    expect(await s.upload()).toMatchObject({ kind: 'failed', failure: { code: 'malformed_answer' } });
    const failed = await s.get();
    expect(failed).toMatchObject({ status: 'failed', syncedRevision: 0, retryCount: 1 });
    expect(failed.failure?.final).toBe(false);
    expect(failed.failure?.message).toMatch(
      /^POST \/api\/v1\/ratings failed .+; asked what it has, it lists no rating of this user$/,
    );
    expect(failed.nextAttemptAt).toBe(s.clock.ms + 10_000);

    expect(await s.uploadToTheEnd()).toMatchObject({ kind: 'failed' });
    expect(await s.get()).toMatchObject({ status: 'dead_lettered', syncedRevision: 0, retryCount: 5 });
    expect(s.state.writes).toEqual(Array(5).fill('POST'));
  });

  it('a confirmation is settled without asking', async () => {
    const s = marketWith({ answer: () => json(rightAnswer(4), 201), isDone: false });
    await s.give(4);
    expect(await s.upload()).toEqual({ kind: 'uploaded', isFirst: true });
    expect(await s.get()).toMatchObject({ status: 'synced', syncedRevision: 1 });
  });
});

describe('A changed rating whose PUT is answered with', () => {
  async function changed(answer: () => Response, isDone: boolean) {
    let first = true;
    const s = marketWith({
      isDone,
      answer: () => {
        if (!first) return answer();
        first = false;
        return json(rightAnswer(2));
      },
    });
    await s.give(2);
    await s.upload();
    s.state.held = {
      ...{ rating_id: 'r1', user_id: 'dana', rating: 2 },
      created_at: '2026-02-19T10:30:00Z',
    };
    s.clock.ms += 60_000;
    await s.give(4);
    return s;
  }

  it.each(LIES)('%s is settled by what the marketplace holds', async (_what, answer) => {
    const s = await changed(answer, true);
    expect(await s.upload()).toEqual({ kind: 'uploaded', isFirst: false });
    expect(await s.get()).toMatchObject({ status: 'synced', rating: 4, syncedRevision: 2 });
    expect(s.state.writes).toEqual(['POST', 'PUT']);
  });

  it.each(LIES)('%s counts as nothing where the marketplace holds the old one', async (_what, answer) => {
    const s = await changed(answer, false);
    expect(await s.upload()).toMatchObject({ kind: 'failed', failure: { code: 'malformed_answer' } });
    const failed = await s.get();
    expect(failed).toMatchObject({ status: 'failed', rating: 4, syncedRevision: 1, retryCount: 1 });
    expect(failed.failure?.message).toMatch(
      /^PUT \/api\/v1\/ratings\/r1 failed .+; asked what it has, it lists another rating of this user$/,
    );
    expect(await s.uploadToTheEnd()).toMatchObject({ kind: 'failed' });
    expect(await s.get()).toMatchObject({ status: 'dead_lettered', syncedRevision: 1 });
  });

  it('the id of another rating counts as nothing', async () => {
    const s = await changed(() => json({ ...rightAnswer(4), rating_id: 'r2' }), false);
    expect(await s.upload()).toMatchObject({ kind: 'failed' });
    expect((await s.get()).failure?.message).toContain(
      'rating_id is not that of the rating that was changed',
    );
  });
});

describe('What the marketplace says that it has', () => {
  const asked = (skill: unknown, post = () => json({ error: 'already_rated' }, 409)) =>
    createUploadHarness(({ method }) => (method === 'GET' ? json(skill) : post()));
  const theirs = { rating_id: 'r1', user_id: 'dana', rating: 4, created_at: '2026-02-19T10:30:00Z' };

  it.each([
    ['of another skill', { skill_id: 'pdf', ratings: [theirs] }, /it is about another skill/],
    ['of another skill by id', { id: 'pdf', ratings: [theirs] }, /it is about another skill/],
    ['an error alone', { error: 'storage is full' }, /it speaks of a failure/],
    ['{}', {}, /it is no skill/],
    ['a failure', { success: false, skill_id: 'csv', ratings: [theirs] }, /it speaks of a failure/],
    ['an error', { error: 'x', ratings: [theirs] }, /it speaks of a failure/],
    ['a list', [theirs], /it is no object/],
    ['null', null, /it is no object/],
    ['ratings that are no list', { skill_id: 'csv', ratings: { dana: theirs } }, /ratings is no list/],
  ])('proves nothing of ours when it is %s', async (_what, skill, fault) => {
    const s = asked(skill);
    await s.give(4);
    expect(await s.upload()).toMatchObject({ kind: 'failed', failure: { code: 'malformed_answer' } });
    const rating = await s.get();
    expect(rating).toMatchObject({ status: 'failed', syncedRevision: 0 });
    expect(rating.failure?.message).toMatch(fault);
  });

  it.each([
    ['skill_id', { skill_id: 'csv', ratings: [theirs] }],
    ['id', { id: 'csv', ratings: [theirs] }],
    ['a field of its own that is called error', { skill_id: 'csv', error: 'E42', ratings: [theirs] }],
    ['the ratings only', { ratings: [theirs] }],
  ])('settles when it names %s', async (_what, skill) => {
    const s = asked(skill);
    await s.give(4);
    expect(await s.upload()).toMatchObject({ kind: 'uploaded' });
  });

  it.each([
    [{ ...theirs, rating: 6 }, /lists a rating of this user that can’t be read \(rating: .*<=5/],
    [{ ...theirs, rating: '4' }, /lists a rating of this user that can’t be read \(rating: /],
    [{ ...theirs, rating: null }, /\(rating: /],
    [{ ...theirs, comment: { text: 'x' } }, /\(comment: /],
    [{ ...theirs, comment: 'x'.repeat(10_001) }, /\(comment: /],
  ])('is told as unreadable, with the field, where it lists %o', async (record, said) => {
    for (const post of [
      () => json({ error: 'already_rated' }, 409),
      () => json({}),
      () => json({ error: 'down' }, 500),
    ]) {
      const s = asked({ skill_id: 'csv', ratings: [record] }, post);
      await s.give(4);
      expect(await s.upload()).toMatchObject({ kind: 'failed', failure: { code: 'malformed_answer' } });
      const { failure } = await s.get();
      expect(failure?.message).toMatch(said);
      expect(failure?.message).not.toContain('lists no rating');
      expect(failure?.message).not.toContain('xxx');
    }
  });

  it('is told as it is where it lists none, or one of which not even the user can be read', async () => {
    for (const [ratings, said] of [
      [[], 'The marketplace says that this user has rated the skill, but it lists no rating of this user.'],
      [[{ ...theirs, user_id: 'eve' }], /it lists no rating of this user\.$/],
      [[{ ...theirs, user_id: null }, 7], /lists no rating of this user, and 2 whose user can’t be read\.$/],
    ] as const) {
      const s = asked({ skill_id: 'csv', ratings });
      await s.give(4);
      await s.upload();
      expect((await s.get()).failure?.message).toMatch(said);
    }
  });

  it('is taken where one of two of this user can be read', async () => {
    const s = asked({ skill_id: 'csv', ratings: [{ ...theirs, rating: 9 }, theirs] });
    await s.give(4);
    expect(await s.upload()).toMatchObject({ kind: 'uploaded' });
  });
});
