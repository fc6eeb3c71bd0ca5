import { describe, expect, it } from 'vitest';
import { createMemoryFetch } from '#local/zendesk/http/memory-fetch.ts';
import type { WireAnswer, WireRequest } from '#local/zendesk/http/wire-exchange.ts';

function answer(more: Partial<WireAnswer> = {}): WireAnswer {
  return { status: 200, headers: {}, body: 'ok', end: { kind: 'whole' }, ...more };
}

function prepare(answers: WireAnswer[]) {
  const requests: WireRequest[] = [];
  const strays: string[] = [];
  const fetched = createMemoryFetch(
    (request) => {
      if (!['a.example', 'c.example'].includes(request.host)) return undefined;
      requests.push(request);
      return Promise.resolve(answers.shift() ?? answer());
    },
    (url) => strays.push(url),
  );
  return { fetched, requests, strays };
}

describe('Function: createMemoryFetch', () => {
  it('takes what fetch takes', async () => {
    const { fetched, requests } = prepare([]);
    await fetched(new URL('https://a.example/x?y=1'), { method: 'POST', body: 'text', headers: { Q: '1' } });
    await fetched(new Request('https://a.example/z'));
    expect(requests).toMatchObject([
      { method: 'POST', target: '/x?y=1', origin: 'https://a.example', body: 'text', headers: { q: '1' } },
      { method: 'GET', target: '/z', body: '' },
    ]);
  });

  it('follows a redirect without the password when it leads elsewhere', async () => {
    const moved = (location: string) => answer({ status: 302, headers: { location } });
    const { fetched, requests, strays } = prepare([
      moved('/two'),
      moved('https://c.example/x'),
      moved('https://b.example/three'),
    ]);
    const call = fetched('https://a.example/one', { headers: { authorization: 'x' } });
    await expect(call).rejects.toThrow('fetch failed');
    expect(requests.map(({ target, headers }) => [target, headers.authorization])).toEqual([
      ['/one', 'x'],
      ['/two', 'x'],
      ['/x', undefined],
    ]);
    expect(strays).toEqual(['https://b.example/three']);
  });

  it('leaves a redirect as it is, or fails, when told to', async () => {
    const moved = answer({ status: 302, headers: { location: '/two' } });
    const { fetched } = prepare([moved, moved]);
    expect((await fetched('https://a.example', { redirect: 'manual' })).status).toBe(302);
    await expect(fetched('https://a.example', { redirect: 'error' })).rejects.toThrow(TypeError);
  });

  it('gives an answer without a body where the status has none', async () => {
    const { fetched } = prepare([answer({ status: 204 })]);
    expect(await (await fetched('https://a.example')).text()).toBe('');
  });

  it('throws at once for a signal that is aborted already', async () => {
    const { fetched, requests } = prepare([]);
    await expect(fetched('https://a.example', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(requests).toEqual([]);
  });
});
