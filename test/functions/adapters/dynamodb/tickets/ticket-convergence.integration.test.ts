import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row, Table } from '#adapters/dynamodb/table/table.ts';
import { createTicketStore } from '#adapters/dynamodb/tickets/ticket-store.ts';
import { analysed } from '#core/tickets/analyse-ticket.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import { receivedTicket, storedAnalysis } from '#test/contracts/ticket-versions.ts';
import { T0 } from '#test/contracts/versions.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const AT = { fence: 1, now: T0 };
const EXPIRES = T0 + 90 * 86_400_000;

/** What happened to one ticket at Zendesk, the oldest first. */
type Version = { readonly isDeleted: boolean; readonly content: number; readonly tags: readonly string[] };

/** Somebody who writes, and perhaps dies before the call of that number. */
type Actor = {
  readonly kind: 'receive' | 'analyse';
  /** Which version it has seen, counted back from the newest. */
  readonly version: number;
  readonly diesAt: number | undefined;
  /** It acts on what it read when it began. */
  readonly hasRead: boolean;
};

const versions = fc.array(
  fc.record({
    isDeleted: fc.boolean(),
    content: fc.integer({ min: 0, max: 1 }),
    tags: fc.subarray(['a', 'b']),
  }),
  { minLength: 1, maxLength: 4 },
);
const actor = fc.record({
  kind: fc.constantFrom('receive' as const, 'receive' as const, 'analyse' as const),
  version: fc.nat({ max: 3 }),
  diesAt: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
  hasRead: fc.boolean(),
});

describe('A ticket that several write at once, some of whom die', () => {
  let engine: Engine;
  let table: Table;
  let tickets = 0;
  beforeAll(async () => {
    engine = await startDynalite();
    table = await engine.createTable();
  });
  afterAll(() => engine.stop());

  it(`comes to be as its newest version says (seed ${SEED})`, async () => {
    const run = async (scheduler: fc.Scheduler, history: readonly Version[], actors: readonly Actor[]) => {
      // Prepare
      tickets += 1;
      const id = String(tickets);
      const store = createTicketStore(table, 'acme');
      const versionAt = (n: number) => versionOf(id, history, history.length - 1 - (n % history.length));

      // Act
      let hasNewest = false;
      const acting = actors.map(async (one, n) => {
        const own = createTicketStore(scheduled(table, scheduler, one.diesAt), 'acme');
        const acted = await act(own, versionAt(one.version), { ...one, requestId: `req_${n}` }).catch(dead);
        hasNewest ||= acted === 'receive' && one.version % history.length === 0;
      });
      await scheduler.waitFor(Promise.all(acting));
      const newest = versionAt(0);
      // Where nobody has lived to take it in, the next run sees the ticket as it is now.
      if (!hasNewest) await receive(store, newest);

      // Assess
      await assess(store, newest, await rowsOf(table, id));
    };
    await fc.assert(fc.asyncProperty(fc.scheduler(), versions, fc.array(actor, { maxLength: 5 }), run), {
      seed: SEED,
      numRuns: 150,
    });
  }, 60_000);
});

function versionOf(id: string, history: readonly Version[], n: number) {
  const { isDeleted, content, tags } = history[n]!;
  return receivedTicket({
    ...{ id, tags, generatedAt: T0 + n, updatedAt: T0 + n, createdAt: T0 },
    status: isDeleted ? 'deleted' : 'open',
    ...{ body: `secret ${content}`, subject: 'secret', contentSha: `sha-${content}` },
  });
}

async function act(
  store: TicketStore,
  version: ReturnType<typeof versionOf>,
  { kind, requestId, hasRead }: Actor & { readonly requestId: string },
): Promise<Actor['kind']> {
  const { id, contentSha } = version;
  const known = hasRead ? { entry: await store.get(id) } : undefined;
  if (kind === 'receive') {
    await receive(store, version, known);
    return kind;
  }
  const analysis = storedAnalysis({ contentSha, requestId }, { statement: 'secret' });
  await store.change(id, (before) => analysed(before, analysis, AT), known);
  return kind;
}

async function receive(
  store: TicketStore,
  version: ReturnType<typeof versionOf>,
  known?: Parameters<TicketStore['change']>[2],
): Promise<void> {
  const { id, generatedAt, subject, body, status } = version;
  if (status !== 'deleted') {
    await store.putRaw(id, { subject, description: body }, { generatedAt, expiresAt: EXPIRES });
  }
  await store.change(id, (before) => received(before, version, AT), known);
}

async function assess(store: TicketStore, newest: ReturnType<typeof versionOf>, rows: readonly Row[]) {
  const { id, body, contentSha, tags, status, generatedAt } = newest;
  const entry = await store.get(id);
  const history = await store.history(id);
  const requests = history.map(({ requestId }) => requestId);
  expect(new Set(requests).size).toBe(requests.length);
  if (status === 'deleted') {
    expect(entry).toMatchObject({ kind: 'deleted', id, generatedAt });
    expect(JSON.stringify(rows)).not.toContain('secret');
    expect(history).toEqual([]);
    return;
  }
  expect(entry).toMatchObject({ kind: 'live', body, contentSha, tags, status });
  expect((await store.getRaw(id, T0))?.description).toBe(body);
  if (entry?.kind !== 'live') return;
  expect(['pending', 'done']).toContain(entry.analysis.status);
  expect(entry.analysis.status === 'done').toBe(entry.analysed?.contentSha === contentSha);
  if (entry.analysed) expect(history[0]).toEqual(entry.analysed);
}

class Death extends Error {}

function dead(error: unknown): undefined {
  if (!(error instanceof Error && (error instanceof Death || error.cause instanceof Death))) throw error;
}

/** The table for one who acts when the scheduler says so, and dies before a call. */
function scheduled({ client, ...table }: Table, scheduler: fc.Scheduler, diesAt: number | undefined): Table {
  let calls = 0;
  const send = async (command: Parameters<typeof client.send>[0]) => {
    if (calls === diesAt) throw new Death('killed');
    calls += 1;
    await scheduler.schedule(Promise.resolve(), command.constructor.name);
    return client.send(command);
  };
  return { ...table, client: { send } as unknown as typeof client };
}

async function rowsOf({ client, name }: Table, id: string): Promise<readonly Row[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `TICKET#acme#${id}` },
    }),
  );
  return Items;
}
