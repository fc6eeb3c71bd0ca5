import { describe, expect, it } from 'vitest';
import { createAdapterScene, failure, PAGE } from './zendesk-scene.ts';

const html = (status: number) => () =>
  new Response('<h1>t0ken</h1>', { status, headers: { 'content-type': 'text/html' } });

describe('send', () => {
  it.each([
    ['{"error":{"title":"Forbidden","message":"x"}}', 403, 'zendesk_forbidden'],
    ['{"error":"RecordNotFound","description":"Not found"}', 404, 'zendesk_refused'],
    ['{"errors":[{"code":"X","title":"y","detail":"z"}]}', 422, 'zendesk_refused'],
    ['{"error":"Couldn\'t authenticate you"}', 401, 'zendesk_auth'],
    ['', 403, 'zendesk_forbidden'],
    ['{"error":"x","details":{"per_page":["y"]}}', 400, 'zendesk_refused'],
  ])('goes by the status of %s (%i)', async (body, status, code) => {
    const scene = createAdapterScene([() => new Response(body, { status })]);
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code });
  });

  it('takes a page for people for what its status is', async () => {
    const scene = createAdapterScene([html(403)]);
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code: 'zendesk_forbidden' });
    const down = createAdapterScene([html(502)]);
    expect(await failure(down.page({ startTime: 0 }))).toMatchObject({ code: 'zendesk_unavailable' });
    const proxy = createAdapterScene([html(200)]);
    expect(await failure(proxy.page({ startTime: 0 }))).toMatchObject({
      code: 'zendesk_malformed',
      message: expect.stringContaining('its answer was not JSON'),
    });
  });

  it.each([301, 302, 307])('follows no redirect (%i)', async (status) => {
    const scene = createAdapterScene([
      () => new Response(null, { status, headers: { location: 'https://evil.example' } }),
    ]);
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code: 'zendesk_not_found' });
    expect(scene.sent).toHaveLength(1);
  });

  it('does not begin what cannot be finished', async () => {
    const scene = createAdapterScene([[200, PAGE]], { remainingMs: () => 10_000 });
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code: 'out_of_time' });
    expect(scene.sent).toEqual([]);
  });

  it('tells an answer that is late from an invocation that is over', async () => {
    const never = (_: unknown, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const late = createAdapterScene([], { fetch: never, timeoutMs: 1_000 });
    expect(await failure(late.page({ startTime: 0 }))).toMatchObject({
      code: 'zendesk_unavailable',
      message: expect.stringContaining('it had not answered in full after 1000 ms'),
    });
    const over = createAdapterScene([], { fetch: never, timeoutMs: 60_000, remainingMs: () => 30_000 });
    expect(await failure(over.page({ startTime: 0 }))).toMatchObject({ code: 'out_of_time' });
  });

  it('tells of each answer, and of those that did not come', async () => {
    const codes: string[] = [];
    const replies = [new TypeError('fetch failed'), [429, {}], [200, PAGE]] as const;
    await createAdapterScene(replies, { onAnswer: (code) => codes.push(code) }).page({ startTime: 0 });
    expect(codes).toEqual(['failed', '429', '200']);
  });
});
