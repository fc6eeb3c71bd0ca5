import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { createRandom, type SeededRandom } from '#local/random.ts';
import type { Fault } from '#local/zendesk/faults/fault-schema.ts';
import { createScene, MINUTE, type Scene, SECOND, smallTickets } from './sync-scene.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 30);
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);
const TICKETS = 130;
const ROUNDS = 5;

/** Everything that may go wrong between us and Zendesk. */
function randomFault({ below, pick }: SeededRandom): Fault {
  const kinds: Fault[] = [
    { kind: 'rate_limit', retryAfter: below(100) },
    { kind: 'rate_limit', body: 'text', retryAfter: 'absent' },
    { kind: 'status', status: pick([500, 502, 503, 504, 520, 524, 409]) },
    { kind: 'status', status: 401 },
    { kind: 'reset', afterWork: below(2) === 0 },
    { kind: 'cut' },
    { kind: 'truncated' },
    { kind: 'hang' },
    { kind: 'html' },
    { kind: 'expire_token' },
    { kind: 'forbidden' },
    { kind: 'lost_cursor', status: pick([400, 404, 422] as const) },
    { kind: 'repeat_cursor' },
    { kind: 'no_cursor' },
    { kind: 'empty_page' },
    { kind: 'duplicate_ticket' },
    { kind: 'foreign_after_url' },
    { kind: 'latency', ms: below(40) * SECOND },
  ];
  return { ...pick(kinds), route: 'incremental_tickets', after: below(6), times: 1 + below(3) };
}

/** What people and the system do to tickets meanwhile. */
function operate(scene: Scene, { below, pick }: SeededRandom): void {
  const ids = [1 + below(TICKETS)];
  const { sim } = scene;
  const isDeleted = sim.ticket(ids[0]!)?.status === 'deleted';
  const what = pick(['update', 'system_update', 'delete', 'comment', 'scrub'] as const);
  if (isDeleted) sim.operate({ op: 'restore', ids });
  else if (what === 'update')
    sim.operate({ op: 'update', ids, fields: { subject: `Subject ${below(9)} of it` } });
  else if (what === 'comment') sim.operate({ op: 'comment', ids, comment: { body: 'and more' } });
  else sim.operate({ op: what, ids });
}

/** Has a write fail, before or after it was made: as far as the table is concerned, the process was killed there. */
function killAt(scene: Scene, writes: number, isMade: boolean): () => void {
  const { tickets, syncStates } = scene.deps;
  const { change, putRaw } = tickets;
  const { write } = syncStates;
  let left = writes;
  const dying =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      left -= 1;
      if (left > 0) return call(...args);
      if (left === 0 && isMade) await call(...args);
      throw new StorageError('The process is dead.');
    };
  tickets.change = dying(change as never) as typeof change;
  tickets.putRaw = dying(putRaw);
  syncStates.write = dying(write);
  return () => {
    Object.assign(tickets, { change, putRaw });
    syncStates.write = write;
  };
}

/** That the copy is what Zendesk has: nothing lost, nothing doubled, nothing kept that went. */
async function expectCopy(scene: Scene): Promise<void> {
  for (const ticket of scene.sim.tickets()) {
    const entry = await scene.entry(ticket.id);
    const raw = await scene.stores.tickets.getRaw(String(ticket.id), scene.clock.now());
    if (ticket.status === 'deleted') {
      expect([entry?.kind ?? 'deleted', raw]).toEqual(['deleted', undefined]);
      continue;
    }
    expect(entry).toMatchObject({ kind: 'live', status: ticket.status, tags: ticket.tags });
    const { analysis, subject } = await scene.live(ticket.id);
    if (ticket.subject !== 'SCRUBBED')
      expect([subject, raw?.subject]).toEqual([ticket.subject, ticket.subject]);
    else expect([analysis, raw]).toEqual([{ status: 'excluded', reason: 'scrubbed' }, undefined]);
  }
  expect(scene.entries().length).toBeLessThanOrEqual(TICKETS);
}

async function play(seed: number): Promise<void> {
  const dice = createRandom(seed);
  const scene = createScene({
    zendesk: { tickets: smallTickets(TICKETS) },
    settings: { pageSize: 20 },
    invocationMs: (60 + dice.below(240)) * SECOND,
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let faults = dice.below(4); faults > 0; faults -= 1) scene.sim.faults.add(randomFault(dice));
    const revive = dice.below(2) === 0 ? killAt(scene, 1 + dice.below(120), dice.below(2) === 0) : () => {};
    await scene.run();
    revive();
    for (let operations = dice.below(6); operations > 0; operations -= 1) operate(scene, dice);
    await scene.clock.advance(dice.below(20) * MINUTE);
  }
  scene.sim.faults.clear();
  await scene.clock.advance(70 * MINUTE);
  const last = await scene.run();
  expect(last, JSON.stringify(last.error)).toMatchObject({ status: 'success' });
  await expectCopy(scene);
  expect(scene.sim.stats.strays).toEqual([]);
}

describe('a sync with random faults and kills', () => {
  it(`loses and doubles nothing in ${RUNS} runs (MODEL_SEED=${SEED})`, { timeout: 3_600_000 }, async () => {
    for (let run = 0; run < RUNS; run += 1) {
      await play(SEED + run).catch((error: unknown) => {
        throw new Error(`MODEL_SEED=${SEED + run} MODEL_RUNS=1`, { cause: error });
      });
    }
  });
});
