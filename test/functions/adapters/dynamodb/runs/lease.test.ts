import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaseStep, runLeaseSteps } from '#test/contracts/random-steps.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';

describe('a lease', () => {
  it('is held by one at a time, with a fence that only grows, and only its holder writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(leaseStep, { maxLength: 40 }), async (steps) => {
        const { transcript, state } = await runLeaseSteps(await openMemoryStores(), steps, 'job');
        const lease: LeaseModel = { holder: undefined, fence: 0, ended: 0 };
        for (const entry of transcript) expectStep(lease, entry);
        const { holder, fence, ended } = lease;
        expect(state).toMatchObject({ fence, totalRuns: ended, successfulRuns: ended - state.failedRuns });
        expect(state.runningRunId).toBe(holder && `r${holder.run}`);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** What is known of a lease after some steps, and how many runs have ended under it. */
type LeaseModel = { holder: { run: number; until: number } | undefined; fence: number; ended: number };
type Entry = Awaited<ReturnType<typeof runLeaseSteps>>['transcript'][number];

/** Compares one step's outcome with the model, and takes the model along. */
function expectStep(lease: LeaseModel, { step, outcome, now }: Entry): void {
  const isHolder = lease.holder?.run === step.run;
  if (step.kind === 'acquire') {
    expectAcquisition(lease, { step, outcome, now });
  } else if (step.kind === 'renew' || step.kind === 'listing') {
    expect(outcome === 'ok').toBe(isHolder);
    if (isHolder && step.kind === 'renew') lease.holder = { run: step.run, until: now + 60_000 };
  } else if (step.kind === 'finish' && isHolder) {
    expect(outcome).toBe('ok');
    lease.holder = undefined;
    if (step.status !== 'interrupted') lease.ended += 1;
  }
}

function expectAcquisition(lease: LeaseModel, { step, outcome, now }: Entry): void {
  const isFree = lease.holder === undefined || lease.holder.until <= now;
  expect(outcome !== 'held').toBe(isFree);
  if (!isFree) return;
  lease.fence += 1;
  expect(outcome).toMatchObject({ fence: lease.fence });
  lease.holder = { run: step.run, until: now + 60_000 };
}
