import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AtomSyncError } from '#core/errors.ts';
import { createHarness, emptyPage, failure, json, type Reply, SECRET, status } from './harness.ts';

const PAYLOAD = 'customer-data-42';

/** An error as undici makes them: it quotes what it was given. */
function talkative(): Error {
  const cause = Object.assign(new Error(`bad header: Bearer ${SECRET}`), {
    code: 'UND_ERR_SOCKET',
    headers: { authorization: `Bearer ${SECRET}` },
  });
  return new TypeError(`fetch failed for https://api.example.test/?token=${SECRET}`, { cause });
}

const replies: Record<string, Reply> = {
  '401': () => status(401, { 'www-authenticate': SECRET }),
  '403': () => new Response(SECRET, { status: 403 }),
  '400 that echoes the token': () => new Response(SECRET, { status: 400 }),
  '302 with the token': () => status(302, { location: `https://evil.test/?token=${SECRET}` }),
  '429': () => status(429, { 'retry-after': '1', 'x-token': SECRET }),
  '429 with a secret Retry-After': () => status(429, { 'retry-after': SECRET }),
  '500': () => new Response(SECRET, { status: 500 }),
  'a broken connection': () => Promise.reject(talkative()),
  'no JSON': () => new Response(`${PAYLOAD} ${SECRET}`),
  'half of JSON': () => new Response(`{"skills": ["${PAYLOAD} ${SECRET}`),
  'no UTF-8': () => new Response(Buffer.concat([Buffer.from(SECRET), Buffer.from([0xff])])),
  'the wrong shape': () => json({ skills: PAYLOAD, total: SECRET, page: SECRET }),
};

describe('no token and no payload gets into errors and logs', () => {
  it.each(Object.keys(replies))('when the answer is %s', async (name) => {
    const { clock, log, marketplace } = createHarness([replies[name]!]);

    const error = await clock.run(failure(marketplace.listSkills(1, 10)));

    expect(error).toBeInstanceOf(AtomSyncError);
    const everything = inspect([error, log.lines], { depth: 20, showHidden: true, getters: true });
    expect(everything).not.toContain(SECRET);
    // Its beginning: that is what V8 quotes of a text that is no JSON.
    expect(everything).not.toContain(PAYLOAD.slice(0, 8));
    expect(everything).not.toContain('Bearer');
    expect(everything).not.toContain('?page');
  });

  it('when the token is renewed', async () => {
    const { clock, log, marketplace } = createHarness([() => status(401), () => json(emptyPage)]);
    await clock.run(marketplace.listSkills(1, 10));
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toContain(SECRET);
  });

  it('but the code of a broken connection does', async () => {
    const { clock, marketplace } = createHarness([() => Promise.reject(talkative())]);
    const error = (await clock.run(failure(marketplace.listSkills(1, 10)))) as Error;
    expect(error.message).toContain('the connection failed (UND_ERR_SOCKET)');
  });
});
