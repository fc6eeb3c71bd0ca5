import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '#local/zendesk/faults/fault-schema.ts';
import { type ServerOptions, startZendesk, type Zendesk } from '#local/zendesk/server.ts';
import { basic, EXPORT, idsOf, plainTickets, toAnswer, tokenRequest } from './zendesk-client.ts';

const ADMIN = basic('admin@example.com', 'local-zendesk-api-token');

async function start(options: ServerOptions = {}): Promise<Zendesk> {
  const zendesk = await startZendesk({ tickets: plainTickets(5), ...options });
  onTestFinished(() => zendesk.close());
  return zendesk;
}

async function ask(url: string, init: RequestInit = {}) {
  return toAnswer(await fetch(url, { ...init, headers: { ...ADMIN, ...init.headers } }));
}

/** The code of a failed connection, or 'answered'. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'answered';
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code ?? String(error);
  }
}

describe('startZendesk', () => {
  it('serves over HTTP what it serves in memory, at addresses of its own', async () => {
    const { url, clientId, clientSecret } = await start();
    const token = await ask(
      `${url}/oauth/tokens`,
      tokenRequest({ client_id: clientId, client_secret: clientSecret }),
    );
    const headers = { authorization: `Bearer ${token.body.access_token}` };
    const first = await ask(`${url}${EXPORT}?start_time=0&per_page=3`, { headers });
    expect(first.body.after_url).toMatch(`${url}${EXPORT}?per_page=3&cursor=`);
    expect(first.headers.get('zendesk-ratelimit-incremental-exports')).toMatch(/^total=10; remaining=9/);
    const second = await ask(first.body.after_url, { headers });
    expect([idsOf(first, second), second.body.end_of_stream]).toEqual([[1, 2, 3, 4, 5], true]);
  });

  it('keeps two accounts at two addresses', async () => {
    const zendesk = await start({ others: [{ subdomain: 'atom1234', tickets: plainTickets(2) }] });
    const sandbox = zendesk.urlOf('atom1234');
    expect(sandbox).not.toBe(zendesk.url);
    expect(idsOf(await ask(`${sandbox}${EXPORT}?start_time=0`))).toEqual([1, 2]);
    expect(() => zendesk.urlOf('other')).toThrow('There is no account other.');
  });

  it.each<[Fault, string]>([
    [{ kind: 'reset' }, 'ECONNRESET'],
    [{ kind: 'cut' }, 'UND_ERR_SOCKET'],
  ])('fails like a network: %j', async (fault, code) => {
    const { url, faults } = await start();
    faults.add(fault);
    expect(await failureOf(ask(`${url}${EXPORT}?start_time=0`))).toBe(code);
    expect((await ask(`${url}${EXPORT}?start_time=0`)).status).toBe(200);
  });

  it('sends half of the JSON with a proper end', async () => {
    const { url, faults } = await start();
    faults.add({ kind: 'truncated' });
    const answer = fetch(`${url}${EXPORT}?start_time=0`, { headers: ADMIN });
    await expect((await answer).json()).rejects.toThrow(SyntaxError);
  });

  it('ends calls that hang when it closes', async () => {
    const zendesk = await start();
    zendesk.faults.add({ kind: 'hang' });
    const hanging = failureOf(ask(`${zendesk.url}${EXPORT}?start_time=0`));
    await expect.poll(() => zendesk.stats.requests).toBe(1);
    await zendesk.close();
    expect(await hanging).not.toBe('answered');
  });

  it('waits really where an answer is to be slow', async () => {
    const { url, faults } = await start();
    faults.add({ kind: 'latency', ms: 40 });
    const before = performance.now();
    await ask(`${url}${EXPORT}?start_time=0`);
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
  });

  it('is steered below /__control, by JSON alone', async () => {
    const zendesk = await start();
    const call = (type: string) =>
      ask(`${zendesk.url}/__control/tickets`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: JSON.stringify({ op: 'delete', ids: [1] }),
      });
    expect((await call('application/x-www-form-urlencoded')).status).toBe(415);
    expect((await call('application/json')).body).toEqual({ ids: [1] });
    expect([zendesk.ticket(1)?.status, zendesk.stats.requests]).toEqual(['deleted', 0]);
  });

  it('answers neither to other names nor to pages of other origins', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const statusOf = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const call = request(
          { port, host: '127.0.0.1', path: '/api/v2/users/me.json', headers },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        call.on('error', reject).end();
      });
    expect(await statusOf({ host: 'atom.zendesk.com' })).toBe(403);
    expect(await statusOf({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf({})).toBe(200);
  });

  it('refuses a request of more than a megabyte', async () => {
    const { url } = await start();
    const body = JSON.stringify({ grant_type: 'x'.repeat(1_100_000) });
    const headers = { 'content-type': 'application/json' };
    expect((await ask(`${url}/oauth/tokens`, { method: 'POST', headers, body })).status).toBe(413);
  });

  it('rejects when the port is taken', async () => {
    const { url } = await start();
    await expect(startZendesk({ port: Number(new URL(url).port) })).rejects.toThrow('is in use');
  });
});
