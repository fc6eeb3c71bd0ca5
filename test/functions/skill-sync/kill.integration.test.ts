import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LEASE_MS } from '#core/runs/lease.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { createRandom } from '#local/random.ts';
import { expectNoSetback } from './meet-fault.ts';
import {
  type Ground,
  type SyncSystem,
  smallCatalog,
  startGround,
  startSystem,
  TOKEN,
} from './sync-system.ts';
import { openWriteGate, type WriteGate } from './write-gate.ts';

const SCRIPT = resolve(import.meta.dirname, 'sync-process.ts');
const SKILLS = 480;
const PAGE_SIZE = 20;
const SEEDS = [1, 2, 3, 4];

let ground: Ground;
let s: SyncSystem;
let gate: WriteGate;
const children: ChildProcess[] = [];
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await gate.close();
  await s.stop();
});
afterAll(() => ground.stop());

async function prepare() {
  s = await startSystem(ground, { catalog: smallCatalog(SKILLS), latencyMs: 4 });
  gate = await openWriteGate(ground.engine.endpoint);
}

/** A sync in a process of its own, whose clock is ahead of ours. */
function start(aheadMs: number, endpoint = ground.engine.endpoint) {
  const env = {
    ...process.env,
    TABLE: s.table.name,
    DYNAMODB: endpoint,
    MARKETPLACE: s.marketplace.url,
    TOKEN,
    PAGE_SIZE: String(PAGE_SIZE),
    AHEAD_MS: String(aheadMs),
  };
  const child = spawn(process.execPath, [SCRIPT], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = once(child, 'close').then(() => Buffer.concat(output).toString());
  const run = async (): Promise<Run> => JSON.parse(await ended);
  return { child, ended, run };
}

/** The page that the next run has to begin with. */
async function cursor(): Promise<number> {
  const { listing } = await s.stores.jobs.state(JobId.skillSync);
  if (!listing) return 1;
  const checkpoints = await s.stores.checkpoints.load(listing.listingId);
  return Math.max(1, ...checkpoints.map(({ throughPage }) => throughPage));
}

const skillRows = async () =>
  (await s.rows())
    .filter(({ sk }) => sk === 'SKILL')
    .map((row) => JSON.stringify(row))
    .sort();

describe('The skill sync, when its process is killed', () => {
  it.each(SEEDS)('goes on from its page and ends complete: seed %i', async (seed) => {
    await prepare();
    const random = createRandom(seed, 0);
    let ahead = 0;
    let cached = await s.cached();
    for (let kill = 0; kill < 1 + (seed % 2); kill += 1) {
      const atWrite = random.between(1, 300);
      const isWritten = random.chance(0.5);
      const first = start(ahead, gate.url);
      let seen = 0;
      gate.onWrite = () => {
        seen += 1;
        if (seen < atWrite) return undefined;
        first.child.kill('SIGKILL');
        return isWritten && seen === atWrite ? undefined : new Promise(() => undefined);
      };
      await first.ended;
      gate.onWrite = () => undefined;
      ahead += LEASE_MS + 1_000;
      const now = await s.cached();
      expectNoSetback(cached, now, s);
      cached = now;
    }
    const held = await s.stores.jobs.state(JobId.skillSync);
    const from = await cursor();
    s.marketplace.stats.reset();
    const run = await start(ahead).run();
    expect(run).toMatchObject({ status: 'success', progress: { done: SKILLS } });
    expect(run.counts.skills_synced).toBe(SKILLS);
    if (from > 1) expect(run.continues).toBe(held.listing?.startedBy);
    expect(Math.min(...s.marketplace.stats.byPage.keys())).toBe(from);
    expect(await s.cached()).toEqual(s.wanted());
    if (held.runningRunId) {
      const left = await s.stores.runs.get(held.runningRunId, Date.now());
      expect(left).toMatchObject({ status: 'interrupted', continuedBy: run.runId });
    }
    const { fence, runningRunId } = await s.stores.jobs.state(JobId.skillSync);
    expect(fence).toBeGreaterThan(held.fence);
    expect(runningRunId).toBeUndefined();
  });

  it('lets nobody else begin before its lease is over', async () => {
    await prepare();
    const first = start(0, gate.url);
    gate.onWrite = (count) => {
      if (count === 150) first.child.kill('SIGKILL');
    };
    await first.ended;
    expect(await start(0).run()).toMatchObject({ status: 'skipped', skipReason: 'already_running' });
    expect(await start(LEASE_MS + 1_000).run()).toMatchObject({ status: 'success' });
  });
});

describe('The skill sync, when its process is stopped and wakes up too late', () => {
  it.each([40, 260])('changes nothing that its successor wrote: stopped at write %i', async (atWrite) => {
    await prepare();
    const { zombie, release } = await stopAt(atWrite);
    for (const id of s.marketplace.catalog.ids()) {
      s.marketplace.catalog.upsertSkill({
        skill_id: id,
        description: 'Newer than what the sleeper has read.',
      });
    }
    expect(await start(LEASE_MS + 1_000).run()).toMatchObject({ status: 'success' });
    const before = await skillRows();
    const state = await s.stores.jobs.state(JobId.skillSync);
    release();
    zombie.child.kill('SIGCONT');
    expect(await zombie.run()).toMatchObject({ status: 'interrupted' });
    expect(await skillRows()).toEqual(before);
    expect(await s.stores.jobs.state(JobId.skillSync)).toEqual(state);
  });

  it('leaves nothing for longer than one run that was removed while it slept', async () => {
    await prepare();
    const { zombie, release } = await stopAt(120);
    const cached = await s.cached();
    const unwritten = s.marketplace.catalog.ids().filter((id) => !cached.has(id));
    for (const id of unwritten.slice(0, 60)) s.marketplace.catalog.removeSkill(id);
    expect(await start(LEASE_MS + 1_000).run()).toMatchObject({ status: 'success' });
    expect(await s.cached()).toEqual(s.wanted());
    release();
    zombie.child.kill('SIGCONT');
    await zombie.ended;
    // What was on its way to the table when it was stopped may arrive: nobody can call it back.
    expect((await s.cached()).size - s.wanted().size).toBeLessThanOrEqual(32);
    expect(await start(2 * LEASE_MS + 2_000).run()).toMatchObject({ status: 'success' });
    expect(await s.cached()).toEqual(s.wanted());
  });
});

/** A process that sleeps in the middle of its writes, some of them on their way. */
async function stopAt(atWrite: number) {
  const zombie = start(0, gate.url);
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  await new Promise<void>((stopped) => {
    gate.onWrite = (count) => {
      if (count < atWrite) return undefined;
      if (count === atWrite) {
        zombie.child.kill('SIGSTOP');
        // Those that it had sent before it was stopped still arrive.
        setTimeout(stopped, 200);
      }
      return released;
    };
  });
  return { zombie, release };
}
