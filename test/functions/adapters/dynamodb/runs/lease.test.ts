import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaseStep, runLeaseSteps } from '#test/contracts/random-steps.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';

describe('a lease', () => {
  it('is held by one at a time, with a fence that only grows, and only its holder writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(leaseStep, { maxLength: 40 }), async (steps) => {
        const { transcript, state } = await runLeaseSteps(await openMemoryStores(), steps, 'job');
        let holder: { run: number; until: number } | undefined;
        let fence = 0;
        let ended = 0;
        for (const { step, outcome, now } of transcript) {
          const isHolder = holder?.run === step.run;
          if (step.kind === 'acquire') {
            const isFree = holder === undefined || holder.until <= now;
            expect(outcome !== 'held').toBe(isFree);
            if (!isFree) continue;
            fence += 1;
            expect(outcome).toMatchObject({ fence });
            holder = { run: step.run, until: now + 60_000 };
          } else if (step.kind === 'renew' || step.kind === 'listing') {
            expect(outcome === 'ok').toBe(isHolder);
            if (isHolder && step.kind === 'renew') holder = { run: step.run, until: now + 60_000 };
          } else if (step.kind === 'finish' && isHolder) {
            expect(outcome).toBe('ok');
            holder = undefined;
            if (step.status !== 'interrupted') ended += 1;
          }
        }
        expect(state).toMatchObject({ fence, totalRuns: ended, successfulRuns: ended - state.failedRuns });
        expect(state.runningRunId).toBe(holder && `r${holder.run}`);
      }),
      { numRuns: 1_000 },
    );
  });
});
