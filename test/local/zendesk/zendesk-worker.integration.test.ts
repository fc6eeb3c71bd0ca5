import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startWorkerService } from '#local/services/worker-service.ts';
import type { ZendeskFacts, ZendeskWorkerData } from '#local/zendesk/zendesk-worker.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { basic, EXPORT, toAnswer } from './zendesk-client.ts';

const MODULE = new URL('../../../local/zendesk/zendesk-worker.ts', import.meta.url);

async function start(data: Partial<ZendeskWorkerData> & { readonly journalPath: string }) {
  const all = { tickets: 20, arrivalEveryMs: 0, ...data };
  const worker = await startWorkerService<ZendeskFacts>('Zendesk', MODULE, all);
  onTestFinished(() => worker.close());
  const call = async (path: string, body?: unknown) => {
    const headers = {
      ...basic('admin@example.com', 'local-zendesk-api-token'),
      'content-type': 'application/json',
    };
    const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return toAnswer(await fetch(`${worker.facts.url}${path}`, { ...post, headers }));
  };
  return { worker, call };
}

describe('The worker', () => {
  it('tells where it is, and serves the same tickets after a restart', async () => {
    // Prepare
    const journalPath = join(temporaryDirectory(), 'zendesk.jsonl');
    const first = await start({ journalPath });
    expect(first.worker.facts).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      subdomain: 'atom',
      clientId: 'atom-sync',
      clientSecret: 'local-zendesk-secret',
    });
    const at = Math.floor(Date.now() / 1000) - 120;
    await first.call('/__control/tickets', [
      { op: 'delete', ids: [10_001], at },
      { op: 'arrive', at },
    ]);
    const before = await first.call(`${EXPORT}?start_time=0`);
    await first.worker.close();

    // Act
    const second = await start({ journalPath });
    const after = await second.call(`${EXPORT}?start_time=0`);

    // Assess
    expect(before.body.tickets).toHaveLength(21);
    expect(after.body.tickets).toEqual(before.body.tickets);
  });

  it('lets tickets come in once the system is ready, not before', async () => {
    const { worker, call } = await start({
      journalPath: join(temporaryDirectory(), 'z.jsonl'),
      arrivalEveryMs: 5,
    });
    const count = async () => (await call('/__control/tickets')).body.tickets;
    expect(await count()).toBe(20);
    worker.systemIsReady();
    await expect.poll(count).toBeGreaterThan(22);
  });

  it('takes tickets from a file, and says what is wrong with it', async () => {
    const directory = temporaryDirectory();
    const tickets = join(directory, 'mine.jsonl');
    writeFileSync(tickets, '{"subject":"S","body":"B"}');
    const { call } = await start({ journalPath: join(directory, 'a.jsonl'), tickets, subdomain: 'mine' });
    expect((await call(`${EXPORT}?start_time=0`)).body.tickets).toMatchObject([{ subject: 'S' }]);
    const wrong = start({ journalPath: join(directory, 'b.jsonl'), tickets: join(directory, 'none.jsonl') });
    await expect(wrong).rejects.toThrow(/ticket file .*none\.jsonl can't be used: there is no such file/);
  });
});
