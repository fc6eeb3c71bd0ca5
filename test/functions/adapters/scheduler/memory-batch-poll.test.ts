import { createMemoryBatchPoll } from '#adapters/scheduler/memory-batch-poll.ts';
import { batchPollContract } from './batch-poll.contract.ts';

batchPollContract('in memory', async () => {
  const poll = createMemoryBatchPoll();
  return { poll, event: poll.event };
});
