import { describe, expect, it } from 'vitest';
import type { RunContext } from '#core/runs/job-run.ts';
import { handOver } from '#core/tickets/hand-over.ts';

describe('Function: handOver', () => {
  it('has the run go on at the stage, in the other function, with what it was begun with', async () => {
    const entered: string[] = [];
    const invoked: unknown[] = [];
    const begun = { trigger: 'manual' } as RunContext['begun'];
    const context = { runId: 'R', begun, enter: (stage: string) => void entered.push(stage) };
    const invoke = async (event: unknown) => void invoked.push(event);
    const next = { stage: 'assign', reason: 'The issues are next.', invoke } as const;

    const { pause } = handOver(context, { task: 'pipeline', batch_size: 5 }, next);

    expect(entered).toEqual(['assign']);
    expect(pause?.reason).toBe('The issues are next.');
    // Not before the lease was given back.
    expect(invoked).toEqual([]);
    await pause?.resume?.();
    expect(invoked).toEqual([{ trigger: 'manual', run_id: 'R', task: 'pipeline', batch_size: 5 }]);
  });
});
