import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { BROKEN_ANSWERS } from './fault-cases.ts';
import { meetEverywhere } from './meet-fault.ts';
import { type Ground, type SyncSystem, startGround, startSystem } from './sync-system.ts';

/** A time-out that is waited for: long enough for an honest answer on a busy machine, six in a row at least. */
const REAL_TIMEOUT_MS = 100;

let ground: Ground;
const systems: SyncSystem[] = [];
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  for (const system of systems.splice(0)) await system.stop();
});
afterAll(() => ground.stop());

describe('The skill sync, when an answer is broken', () => {
  it.each(BROKEN_ANSWERS)('loses nothing, claims nothing and recovers: $name', async (one) => {
    const system = await startSystem(ground);
    systems.push(system);
    if (one.timesOut) system.clock.realTimeoutMs = REAL_TIMEOUT_MS;
    await meetEverywhere(system, one);
  });
});
