import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemoryStores, type TestStores } from '#test/engines/test-stores.ts';
import { leaseStep, runLeaseSteps, runSkillSteps, skillStep } from './random-steps.ts';

/** Whatever happens, an engine gives the same outcomes as the in-memory fakes and ends with the same content. */
export function sameAsFake(open: () => Promise<TestStores>, numRuns: number): void {
  describe('compared with the fakes', () => {
    it('gives the same outcomes for the same puts, removals and edits', async () => {
      const engine = await open();
      const fake = await openMemoryStores();
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(skillStep, { minLength: 5, maxLength: 25 }), async (steps) => {
          round += 1;
          const prefix = `round-${round}`;
          const wanted = await runSkillSteps(fake, steps, prefix);
          expect(await runSkillSteps(engine, steps, prefix)).toEqual(wanted);
        }),
        { numRuns },
      );
    });

    it('gives the same outcomes for the same leases', async () => {
      const engine = await open();
      const fake = await openMemoryStores();
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(leaseStep, { minLength: 5, maxLength: 25 }), async (steps) => {
          round += 1;
          const job = `job-${round}`;
          const wanted = await runLeaseSteps(fake, steps, job);
          expect(await runLeaseSteps(engine, steps, job)).toEqual(wanted);
        }),
        { numRuns },
      );
    });
  });
}
