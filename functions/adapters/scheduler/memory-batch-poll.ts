import type { BatchPoll, ResumeEvent } from '#core/tickets/batch-poll.ts';

/** The fake of `createBatchPoll`, with the schedule as a test sees it. */
export type MemoryBatchPoll = BatchPoll & {
  /** What the schedule invokes the function with; undefined while there is none. */
  event(): ResumeEvent | undefined;
};

export function createMemoryBatchPoll(): MemoryBatchPoll {
  let current: ResumeEvent | undefined;
  return {
    async start(event) {
      current = event;
    },
    async stop() {
      current = undefined;
    },
    event: () => current,
  };
}
