import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { WRONG_ANSWERS } from './fault-cases.ts';
import { meetEverywhere } from './meet-fault.ts';
import { type Ground, type SyncSystem, startGround, startSystem } from './sync-system.ts';

let ground: Ground;
const systems: SyncSystem[] = [];
beforeAll(async () => {
  ground = await startGround();
});
afterEach(async () => {
  for (const system of systems.splice(0)) await system.stop();
});
afterAll(() => ground.stop());

describe('The skill sync, when an answer is wrong', () => {
  it.each(WRONG_ANSWERS)('loses nothing, claims nothing and recovers: $name', async (one) => {
    const system = await startSystem(ground);
    systems.push(system);
    await meetEverywhere(system, one);
  });
});
