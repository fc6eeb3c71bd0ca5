import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '#adapters/clock/sleep.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createTicketStores } from '#adapters/dynamodb/tickets/ticket-stores.ts';
import { createZendesk } from '#adapters/zendesk/zendesk.ts';
import { runJob } from '#core/runs/job-run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { ticketTerms } from '#core/tickets/ticket-terms.ts';
import { createTicketSync } from '#functions/ticket-sync/sync-tickets.ts';
import { startZendesk, type Zendesk } from '#local/zendesk/server.ts';
import type { ZendeskOptions } from '#local/zendesk/zendesk.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { SILENT } from '#test/engines/test-stores.ts';

const DAY = 86_400_000;
const clock = { now: Date.now, sleep, random: Math.random };

let engine: Engine;
let zendesk: Zendesk | undefined;
beforeAll(async () => {
  engine = await startDynalite();
});
afterEach(async () => zendesk?.close());
afterAll(() => engine.stop());

/** The whole sync over sockets: the simulator behind HTTP, the table on an engine. */
async function start(options: ZendeskOptions, pageSize = 100) {
  const server = await startZendesk({
    ...options,
    settings: { incrementalPerMinute: 'off', ...options.settings },
  });
  zendesk = server;
  const table = await engine.createTable();
  const stores = createTicketStores(table, 'atom');
  const remainingMs = () => 600_000;
  const { clientId: client_id, clientSecret: client_secret } = server;
  const adapter = createZendesk({
    ...{ baseUrl: server.url, auth: 'oauth', fetch, log: SILENT, remainingMs, timeoutMs: 20_000 },
    ...clock,
    // Its pauses are a twentieth of what they are, and so is its time-out.
    sleep: (ms, signal) => sleep(ms / 20, signal),
    credentials: async () => ({ client_id, client_secret, email: '', api_token: '' }),
  });
  const none = new Set<string>();
  const sync = createTicketSync({
    ...{ ...stores, ...clock, zendesk: adapter, log: SILENT, subdomain: 'atom', pageSize },
    ...{ backfillMs: 60 * DAY, requestsPerMinute: 1_000, rawRetentionMs: DAY, text: 'first' },
    selection: { brands: none, forms: none, excludedTags: none },
    requesterKey: async () => 'a key of sixteen characters',
    analyse: async () => {},
    assign: async () => {},
  });
  const jobs = createJobStore(table);
  const runs = createRunStore(table);
  const run = () =>
    runJob(
      { ...clock, jobs, runs, remainingMs, log: SILENT, continueInNewInvocation: async () => {} },
      {
        ...{ job: 'ticket_sync', runId: newRunId(Date.now(), Math.random), trigger: 'manual', enabled: true },
        ...ticketTerms({ task: 'sync' }, { trigger: 'manual' }),
      },
      (context) => sync.sync(context, { task: 'sync' }),
    );
  return { server, stores, run };
}

describe('a sync over HTTP, into a table', () => {
  it('takes in generated tickets, follows what becomes of them, and then costs one call', async () => {
    const { server, stores, run } = await start({ tickets: 350 });
    expect(await run()).toMatchObject({ stage: 'assign', counts: { new: 350, pages: 4, failed: 0 } });
    const [first, second] = server.tickets();
    server.operate({ op: 'delete', ids: [first!.id], at: server.clock.seconds() - 90 });
    server.operate({
      op: 'update',
      ids: [second!.id],
      fields: { subject: 'Something else' },
      at: server.clock.seconds() - 90,
    });
    expect(await run()).toMatchObject({ stage: 'assign', counts: { deleted: 1, changed: 1 } });
    expect(await stores.tickets.get(String(first!.id))).toMatchObject({ kind: 'deleted' });
    expect(await stores.tickets.getRaw(String(first!.id), Date.now())).toBeUndefined();
    expect(await stores.tickets.get(String(second!.id))).toMatchObject({ subject: 'Something else' });
    server.stats.reset();
    expect(await run()).toMatchObject({ stage: 'assign', counts: { seen: 0 } });
    expect(server.stats.byRoute).toEqual({ incremental_tickets: 1 });
  });

  it('survives what sockets do', async () => {
    const { server, stores, run } = await start({ tickets: 250 });
    for (const kind of ['reset', 'cut', 'truncated', 'html', 'hang'] as const) {
      server.faults.add({ kind, route: 'incremental_tickets', after: 1 });
    }
    expect(await run()).toMatchObject({ stage: 'assign', counts: { new: 250 } });
    expect((await stores.tickets.counts()).pending).toBeGreaterThan(0);
    expect((await stores.syncStates.read('atom'))?.pageSize).toBeLessThanOrEqual(100);
  });

  it('stores the oddest tickets that there are', async () => {
    const odd = [
      { subject: null, description: '' },
      { subject: 'half \ud83d', description: `NUL \u0000 and \udc00 ${'9'.repeat(1_000_000)}` },
      { subject: '😀'.repeat(5_000), description: 'שלום\u202e\u200b' },
    ];
    const { server, stores, run } = await start({ tickets: odd });
    expect(await run()).toMatchObject({ stage: 'assign', counts: { new: 3, failed: 0 } });
    for (const { id } of server.tickets()) {
      expect(await stores.tickets.get(String(id))).toMatchObject({ kind: 'live' });
      expect(await stores.tickets.getRaw(String(id), Date.now())).toBeDefined();
    }
  });
});
