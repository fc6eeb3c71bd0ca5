import { describe, expect, it } from 'vitest';
import type { BatchPoll, ResumeEvent } from '#core/tickets/batch-poll.ts';

/** A poll, and what its schedule invokes the function with; undefined while there is none. */
export type PollSubject = { readonly poll: BatchPoll; readonly event: () => unknown };

const eventOf = (run_id: string): ResumeEvent => ({ trigger: 'schedule', task: 'pipeline', run_id });

/** What every BatchPoll does. */
export function batchPollContract(name: string, create: () => Promise<PollSubject>): void {
  describe(`BatchPoll: ${name}`, () => {
    it('has a run resumed, until it is stopped', async () => {
      const { poll, event } = await create();
      const before = event();
      await poll.start(eventOf('A'));
      const during = event();
      await poll.stop();

      expect([before, during, event()]).toEqual([undefined, eventOf('A'), undefined]);
    });

    it('serves the run that asked last', async () => {
      const { poll, event } = await create();
      await poll.start(eventOf('A'));
      await poll.start(eventOf('B'));

      expect(event()).toEqual(eventOf('B'));
    });

    it('is stopped where there is none', async () => {
      const { poll, event } = await create();
      await poll.stop();

      expect(event()).toBeUndefined();
    });
  });
}
