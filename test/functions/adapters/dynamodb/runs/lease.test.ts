import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaseStep, runLeaseSteps } from '#test/contracts/random-steps.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';

type Step = Awaited<ReturnType<typeof runLeaseSteps>>['transcript'][number];

/** What a lease should do, written down independently of the store. */
class LeaseModel {
  holder: { readonly run: number; readonly until: number } | undefined;
  fence = 0;
  ended = 0;

  /** Holds a step's outcome against what should have come of it. */
  check({ step, outcome, now }: Step): void {
    const isHolder = this.holder?.run === step.run;
    if (step.kind === 'acquire') this.#checkAcquire(step.run, outcome, now);
    else if (step.kind === 'renew' || step.kind === 'listing') {
      expect(outcome === 'ok').toBe(isHolder);
      if (isHolder && step.kind === 'renew') this.holder = { run: step.run, until: now + 60_000 };
    } else if (step.kind === 'finish' && isHolder) this.#checkFinish(step.status, outcome);
  }

  #checkAcquire(run: number, outcome: unknown, now: number): void {
    const isFree = this.holder === undefined || this.holder.until <= now;
    expect(outcome !== 'held').toBe(isFree);
    if (!isFree) return;
    this.fence += 1;
    expect(outcome).toMatchObject({ fence: this.fence });
    this.holder = { run, until: now + 60_000 };
  }

  #checkFinish(status: Step['step']['status'], outcome: unknown): void {
    expect(outcome).toBe('ok');
    this.holder = undefined;
    if (status !== 'interrupted') this.ended += 1;
  }
}

describe('a lease', () => {
  it('is held by one at a time, with a fence that only grows, and only its holder writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(leaseStep, { maxLength: 40 }), async (steps) => {
        const { transcript, state } = await runLeaseSteps(await openMemoryStores(), steps, 'job');
        const model = new LeaseModel();
        for (const step of transcript) model.check(step);
        const { fence, ended, holder } = model;
        expect(state).toMatchObject({ fence, totalRuns: ended, successfulRuns: ended - state.failedRuns });
        expect(state.runningRunId).toBe(holder && `r${holder.run}`);
      }),
      { numRuns: 1_000 },
    );
  });
});
