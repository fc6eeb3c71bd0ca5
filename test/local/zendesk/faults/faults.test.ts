import { describe, expect, it } from 'vitest';
import type { Fault } from '#local/zendesk/faults/fault-schema.ts';
import {
  createScene,
  EXPORT,
  idsOf,
  plainTickets,
  type Scene,
  START_SECONDS,
} from '#test/local/zendesk/zendesk-client.ts';

const EXPORT_ALL = `${EXPORT}?start_time=0`;

function withFaults(...faults: Fault[]): Scene {
  const scene = createScene({ tickets: plainTickets(6) });
  for (const fault of faults) scene.zendesk.faults.add(fault);
  return scene;
}

/** The second page of three tickets each. */
async function secondPage({ ask }: Scene) {
  const first = await ask(`${EXPORT_ALL}&per_page=3`);
  return { first, second: await ask(first.body.after_url) };
}

/** The code of a failed connection, its message where there is none. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => 'answered',
    (reason) => reason,
  );
  return error?.cause?.code ?? error?.name ?? error;
}

describe('Which calls a fault hits', () => {
  it.each<[string, Partial<Fault>, number[]]>([
    ['the next one, once', {}, [503, 200, 200, 200]],
    ['so many', { times: 2 }, [503, 503, 200, 200]],
    ['all', { times: 'always' }, [503, 503, 503, 503]],
    ['the third', { after: 2 }, [200, 200, 503, 200]],
    ['those of a route', { route: 'me', times: 'always' }, [200, 200, 200, 503]],
    ['those of a path', { path: '/api/v2/users', times: 'always' }, [200, 200, 200, 503]],
    ['those of a method', { method: 'post' }, [200, 200, 200, 200]],
    ['those of an account', { subdomain: 'other' }, [200, 200, 200, 200]],
    ['those with a cursor', { hasCursor: true, times: 'always' }, [200, 200, 503, 200]],
    ['those without', { hasCursor: false, times: 'always' }, [503, 503, 200, 503]],
  ])('%s', async (_, matcher, expected) => {
    const { ask } = withFaults({ kind: 'status', status: 503, ...matcher } as Fault);
    const cursor = encodeURIComponent(Buffer.from('1.0||1|').toString('base64'));
    const paths = [EXPORT_ALL, EXPORT_ALL, `${EXPORT}?cursor=${cursor}`, '/api/v2/users/me.json'];
    const statuses = [];
    for (const path of paths) statuses.push((await ask(path)).status);
    expect(statuses).toEqual(expected);
  });

  it('one after the other when there are several, and none that was cleared', async () => {
    const { zendesk, ask } = withFaults({ kind: 'status', status: 500 }, { kind: 'status', status: 502 });
    const id = zendesk.faults.add({ kind: 'status', status: 504 });
    expect(zendesk.faults.list()).toMatchObject([{ hits: 0, left: 1 }, {}, { id }]);
    zendesk.faults.clear(id);
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await ask(EXPORT_ALL)).status);
    expect([statuses, zendesk.faults.clear()]).toEqual([[500, 502, 200], 0]);
    expect(zendesk.stats.log.map(({ fault }) => fault)).toEqual(['status', 'status', undefined]);
  });
});

describe('Answers that are none', () => {
  it('a status, with any body', async () => {
    const { ask } = withFaults(
      { kind: 'status', status: 520 },
      { kind: 'status', status: 403, body: '', headers: { 'x-why': 'proxy' } },
      { kind: 'status', status: 409, body: { error: { title: 'Conflict', message: 'x' } } },
      { kind: 'status', status: 200, body: [1] },
    );
    expect((await ask(EXPORT_ALL)).status).toBe(520);
    const empty = await ask(EXPORT_ALL);
    expect([empty.text, empty.headers.get('x-why')]).toEqual(['', 'proxy']);
    expect((await ask(EXPORT_ALL)).body.error.title).toBe('Conflict');
    expect((await ask(EXPORT_ALL)).text).toBe('[1]');
  });

  it('a 429 of any form', async () => {
    const { ask } = withFaults(
      { kind: 'rate_limit', retryAfter: 93 },
      { kind: 'rate_limit', body: 'text', retryAfter: 'absent' },
      { kind: 'rate_limit' },
    );
    const forms = [];
    for (let call = 0; call < 3; call += 1) {
      const { status, headers, text } = await ask(EXPORT_ALL);
      forms.push([status, headers.get('retry-after'), text.startsWith('{')]);
    }
    expect(forms).toEqual([
      [429, '93', true],
      [429, null, false],
      [429, '60', true],
    ]);
  });

  it('403 of any form, and a page of a proxy with status 200', async () => {
    const { ask } = withFaults({ kind: 'forbidden', body: 'html' }, { kind: 'forbidden' }, { kind: 'html' });
    expect((await ask(EXPORT_ALL)).text).toMatch(/^<!DOCTYPE/);
    expect((await ask(EXPORT_ALL)).body.error.title).toBe('Forbidden');
    const page = await ask(EXPORT_ALL);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('half of the JSON, with a proper end', async () => {
    const { zendesk } = withFaults({ kind: 'truncated', share: 0.3 });
    const { ask } = withFaults();
    const whole = (await ask(EXPORT_ALL)).text;
    const headers = {
      authorization: `Basic ${Buffer.from('admin@example.com/token:local-zendesk-api-token').toString('base64')}`,
    };
    const text = await (await zendesk.fetch(`https://atom.zendesk.com${EXPORT_ALL}`, { headers })).text();
    expect(text).toBe(whole.slice(0, text.length));
    expect(text.length / whole.length).toBeCloseTo(0.3, 2);
  });

  it('a reset, and a body that breaks off', async () => {
    const { ask, zendesk } = withFaults({ kind: 'reset' }, { kind: 'cut' });
    expect(await failureOf(ask(EXPORT_ALL))).toBe('ECONNRESET');
    expect(await failureOf(ask(EXPORT_ALL))).toBe('UND_ERR_SOCKET');
    expect(zendesk.stats.log.map(({ status }) => status)).toEqual([0, 200]);
  });

  it('a reset after the work was done: the token exists, nobody has it', async () => {
    const { ask, zendesk } = withFaults({ kind: 'reset', afterWork: true, route: 'oauth_token' });
    const body = {
      grant_type: 'client_credentials',
      client_id: 'atom-sync',
      client_secret: 'local-zendesk-secret',
    };
    expect(await failureOf(ask('/oauth/tokens', { method: 'POST', body: JSON.stringify(body) }))).toBe(
      'ECONNRESET',
    );
    expect(zendesk.expireTokens()).toBe(1);
  });

  it('none at all until the call is given up', async () => {
    const { ask } = withFaults({ kind: 'hang' });
    const abort = new AbortController();
    const call = ask(EXPORT_ALL, { signal: abort.signal });
    abort.abort();
    expect(await failureOf(call)).toBe('AbortError');
  });

  it('a slow one, together with another fault', async () => {
    const { ask, zendesk } = withFaults({ kind: 'latency', ms: 5000 }, { kind: 'status', status: 500 });
    zendesk.settings.latencyMs = 1000;
    const before = zendesk.clock.now();
    expect((await ask(EXPORT_ALL)).status).toBe(500);
    expect(zendesk.clock.now() - before).toBe(6000);
  });
});

describe('Pages that are not right', () => {
  it('an empty page with another cursor, and nothing is lost behind it (6)', async () => {
    const { walk } = withFaults({ kind: 'empty_page', times: 2, after: 1 });
    const pages = await walk('start_time=0&per_page=3');
    expect(pages.map((page) => idsOf(page))).toEqual([[1, 2, 3], [], [], [4, 5, 6]]);
    expect(pages.map(({ body }) => body.end_of_stream)).toEqual([false, false, false, true]);
    const cursors = pages.slice(0, 3).map(({ body }) => body.after_cursor);
    expect(cursors[0]).not.toBe(cursors[1]);
    expect(cursors[1]).not.toBe(cursors[2]);
  });

  it('an empty first page', async () => {
    const { walk } = withFaults({ kind: 'empty_page' });
    expect((await walk('start_time=0&per_page=6')).map((page) => idsOf(page))).toEqual([
      [],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  it('the same cursor again, with the page (6)', async () => {
    const { first, second } = await secondPage(withFaults({ kind: 'repeat_cursor' }));
    expect([idsOf(second), second.body.after_cursor, second.body.end_of_stream]).toEqual([
      [4, 5, 6],
      first.body.after_cursor,
      false,
    ]);
  });

  it('no cursor, though there is more', async () => {
    const { body } = await withFaults({ kind: 'no_cursor' }).ask(`${EXPORT_ALL}&per_page=3`);
    expect([body.after_cursor, body.after_url, body.end_of_stream]).toEqual([null, null, false]);
  });

  it('a ticket twice, on two pages', async () => {
    const { first, second } = await secondPage(withFaults({ kind: 'duplicate_ticket' }));
    expect([idsOf(first), idsOf(second)]).toEqual([
      [1, 2, 3],
      [3, 4, 5, 6],
    ]);
    expect(second.body.tickets[0]).toEqual(first.body.tickets[2]);
  });

  it('an address of another server (7)', async () => {
    const scene = withFaults({ kind: 'foreign_after_url' });
    const { body } = await scene.ask(`${EXPORT_ALL}&per_page=3`);
    expect(body.after_url).toMatch(/^https:\/\/evil\.example\/api\/v2\/.*cursor=/);
    expect(await failureOf(scene.ask(body.after_url))).toBe('ENOTFOUND');
    expect(scene.zendesk.stats.strays).toEqual([body.after_url]);
  });

  it.each([400, 404, 422] as const)(
    'a cursor that is lost, with %i; a start_time still works (5)',
    async (status) => {
      const scene = withFaults({ kind: 'lost_cursor', status, times: 'always' });
      const { first, second } = await secondPage(scene);
      expect([first.status, second.status, second.body.errors[0].code]).toEqual([
        200,
        status,
        'InvalidCursor',
      ]);
      expect((await scene.ask(EXPORT_ALL)).status).toBe(200);
    },
  );

  it('fields of wrong types', async () => {
    const { body } = await withFaults({ kind: 'fields', fields: { tickets: null, extra: 1 } }).ask(
      EXPORT_ALL,
    );
    expect(body).toMatchObject({ tickets: null, extra: 1, end_of_stream: true });
  });

  it('tickets that change just before the answer, by operations or by a function', async () => {
    const at = START_SECONDS - 100;
    const { zendesk, walk } = withFaults({
      kind: 'operations',
      operations: [{ op: 'system_update', ids: [1], at }],
      after: 1,
    });
    zendesk.faults.add({
      kind: 'mutate',
      after: 1,
      run: () => void zendesk.operate({ op: 'delete', ids: [2], at }),
    });
    const pages = await walk('start_time=0&per_page=3');
    expect(pages.map((page) => idsOf(page))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [1, 2],
    ]);
  });

  it('leave failures, and answers of other calls, alone', async () => {
    const { ask } = withFaults({ kind: 'empty_page', times: 'always' });
    expect((await ask(`${EXPORT}?start_time=x`)).status).toBe(400);
    expect((await ask('/api/v2/users/me.json')).body).not.toHaveProperty('tickets');
  });
});
