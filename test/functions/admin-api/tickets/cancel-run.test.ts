import { beforeEach, describe, expect, it } from 'vitest';
import { InvocationError } from '#core/errors.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { putLiveRun, putTaskRun } from '#test/functions/admin-api/fill-tickets.ts';
import { putRun } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const error = (code: string) => ({ code, message: 'Because.', retryable: false });

describe('POST /api/tasks/runs/{run_id}/cancel', () => {
  const cancel = (id: string) => call(world, { method: 'POST', path: `/api/tasks/runs/${id}/cancel` });
  const cancelled = async () => (await world.stores.jobs.state(TICKET_WORKER)).override?.cancelledRunId;

  it('tells a run that is at work, which learns of it by its heartbeat', async () => {
    const { runId } = await putLiveRun(world);

    expect(await cancel(runId)).toMatchObject({ status: 202, body: { run_id: runId, status: 'cancelling' } });
    expect(await cancelled()).toBe(runId);
    expect(world.ticketRuns).toEqual([]);
  });

  it('wakes a run that waits, so that it ends', async () => {
    const { runId } = await putTaskRun(world, {
      ...{ status: 'interrupted', stage: 'wait_batch', trigger: 'schedule', endedAt: undefined },
    });

    expect((await cancel(runId)).status).toBe(202);
    expect(await cancelled()).toBe(runId);
    const request = { trigger: 'schedule', run_id: runId, task: 'pipeline' };
    expect(world.ticketRuns).toEqual([{ by: 'ticket-analysis', request }]);
  });

  it('says so where a run that waits can not be woken', async () => {
    const { runId } = await putTaskRun(world, { status: 'interrupted' });
    world.refusal = new InvocationError('throttled', true);

    expect(await cancel(runId)).toMatchObject({
      status: 503,
      body: { error: 'run_not_woken', run_id: runId },
    });
  });

  it.each([
    { status: 'success' },
    { status: 'failed', error: error('cancelled') },
    { status: 'skipped' },
    { status: 'interrupted', continuedBy: RUN_ID },
  ] as const)('refuses a run that is over: %o', async (over) => {
    const { runId } = await putTaskRun(world, over);

    expect(await cancel(runId)).toMatchObject({ status: 409, body: { error: 'run_ended', run_id: runId } });
    expect(await cancelled()).toBeUndefined();
  });

  it.each([RUN_ID, 'x'])('does not know %s', async (id) => {
    await putRun(world, { status: 'running' });

    expect(await cancel(id)).toMatchObject({ status: 404, body: { error: 'run_not_found' } });
  });
});
