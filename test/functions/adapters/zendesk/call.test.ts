import { describe, expect, it } from 'vitest';
import { createAdapterScene, failure, PAGE } from './zendesk-scene.ts';

const reset = Object.assign(new TypeError('fetch failed https://atom.zendesk.com t0ken'), {
  cause: Object.assign(new Error('read'), { code: 'ECONNRESET' }),
});

describe('call', () => {
  it('tries again after failures, with growing pauses, and gives up after the fifth retry', async () => {
    const scene = createAdapterScene([[500, {}], reset, [200, PAGE]]);
    await scene.page({ startTime: 0 });
    expect(scene.passed()).toBe(3_000);
    const down = createAdapterScene([[500, {}]]);
    const error = await failure(down.page({ startTime: 0 }));
    expect(error).toMatchObject({
      code: 'zendesk_unavailable',
      message:
        'Zendesk failed 6 times in a row at GET /api/v2/incremental/tickets/cursor.json, the last time because it answered 500.',
    });
    expect(down.sent).toHaveLength(6);
    expect(down.passed()).toBe(31_000);
  });

  it('waits as often as it is asked to, but not for ever', async () => {
    const scene = createAdapterScene([[429, {}, { 'retry-after': '5' }]]);
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({ code: 'zendesk_unavailable' });
    expect(scene.sent).toHaveLength(21);
    expect(scene.passed()).toBe(100_000);
  });

  it('leaves a pause that does not fit into the invocation to the next one', async () => {
    const scene = createAdapterScene([[500, {}]], { remainingMs: () => 11_500 });
    expect(await failure(scene.page({ startTime: 0 }))).toMatchObject({
      code: 'out_of_time',
      retryAfterMs: 2_000,
    });
    expect(scene.sent).toHaveLength(2);
  });

  it('has credentials that were refused got anew once', async () => {
    let reads = 0;
    const credentials = async (options?: { readonly renew?: boolean }) => {
      reads += 1;
      return { client_id: '', client_secret: '', email: 'a@b.c', api_token: options?.renew ? 'new' : 'old' };
    };
    const scene = createAdapterScene(
      [
        [401, {}],
        [200, PAGE],
      ],
      { credentials },
    );
    await scene.page({ startTime: 0 });
    const tokens = scene.sent.map(({ headers }) =>
      Buffer.from(headers.get('authorization')!.slice(6), 'base64').toString(),
    );
    expect(tokens).toEqual(['a@b.c/token:old', 'a@b.c/token:new']);
    expect(reads).toBe(2);
  });

  it('tells of no token, no address and no payload', async () => {
    for (const reply of [
      reset,
      [403, { error: 's3cret payload' }],
      [418, { error: 's3cret payload' }],
    ] as const) {
      const scene = createAdapterScene([reply]);
      const error = (await failure(scene.page({ cursor: 'c0rsor' }))) as Error;
      expect([error.message, ...scene.lines].join()).not.toMatch(/t0ken|s3cret|c0rsor|https:/);
    }
  });

  it('ends with the run', async () => {
    const stop = new AbortController();
    const scene = createAdapterScene([[500, {}]]);
    const { zendesk, pace, clock } = scene;
    const page = failure(zendesk.page({ from: { startTime: 0 }, pageSize: 100, pace, signal: stop.signal }));
    await clock.advance(500);
    stop.abort(new Error('stopped'));
    expect(await page).toEqual(new Error('stopped'));
    expect(clock.pending()).toBe(0);
  });
});
