import { beforeEach, describe, expect, it } from 'vitest';
import { InvocationError } from '#core/errors.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { putLiveRun, putTaskRun, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const TASKS = ['sync', 'analyze', 'pipeline'] as const;
const start = (world: World, task: string, body?: unknown) =>
  call(world, { method: 'POST', path: `/api/tasks/${task}`, body });
const worker = async (world: World) =>
  (await call(world, { path: '/api/tasks/worker/status', token: 'SUPERVISED' })).body;

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe.each(TASKS)('POST /api/tasks/%s', (task) => {
  it('starts a run that can be seen at once', async () => {
    const { status, body } = await start(world, task);

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      message: expect.stringMatching(/started/),
      task,
      status: 'started',
      run_id: expect.any(String),
    });
    const by = task === 'analyze' ? 'ticket-analysis' : 'ticket-sync';
    expect(world.ticketRuns).toEqual([{ by, request: { trigger: 'manual', run_id: body.run_id, task } }]);
    expect(await worker(world)).toMatchObject({ status: 'running', is_running: true });
    const run = await call(world, { path: `/api/tasks/runs/${body.run_id}` });
    expect(run.body.run).toMatchObject({ run_id: body.run_id, task, trigger: 'manual', status: 'running' });
  });

  it('refuses a second one at once, and names the first', async () => {
    const { body: first } = await start(world, task);
    const { status, body } = await start(world, 'sync');

    expect(status).toBe(409);
    expect(body).toMatchObject({ error: 'run_in_progress', run_id: first.run_id });
    expect(world.started).toHaveLength(1);
    expect(world.waits).toEqual([]);
  });

  it('begins exactly one of several that are asked for together', async () => {
    const answers = await Promise.all([start(world, task), start(world, 'sync'), start(world, task)]);

    const ok = answers.filter(({ status }) => status === 200);
    expect(ok).toHaveLength(1);
    for (const { status, body } of answers) {
      if (status !== 200)
        expect(body).toMatchObject({ error: 'run_in_progress', run_id: ok[0]?.body.run_id });
    }
    expect(world.started).toHaveLength(1);
  });

  it('refuses beside a run that waits for its batch', async () => {
    const { runId } = await putTaskRun(world, {
      status: 'interrupted',
      stage: 'wait_batch',
      trigger: 'schedule',
    });

    expect(await start(world, task)).toMatchObject({
      status: 409,
      body: { error: 'run_in_progress', run_id: runId, message: expect.stringMatching(/batch/) },
    });
    expect(world.waits).toEqual([]);
  });

  it('waits for the end of a run that began by itself', async () => {
    const run = await putLiveRun(world, { trigger: 'schedule' });
    const lease = { job: TICKET_WORKER, runId: run.runId, fence: 1 };
    const sleep = world.services.sleep;
    const end = async () => {
      await world.stores.runs.put({ ...run, status: 'success' }, NOW + 1e9);
      await world.stores.jobs.finish(lease, { status: 'success', endedAt: NOW, durationMs: 1 });
    };
    world = {
      ...world,
      services: {
        ...world.services,
        sleep: async (ms, signal) => {
          if (signal === undefined && world.services.now() > NOW + 3_000) await end();
          return sleep(ms, signal);
        },
      },
    };

    expect(await start(world, task)).toMatchObject({ status: 200 });
  });

  it('does not wait for longer than ten seconds', async () => {
    const run = await putLiveRun(world, { trigger: 'catch_up' });

    const { status, body } = await start(world, task);

    expect(status).toBe(409);
    expect(body).toMatchObject({ error: 'run_in_progress', run_id: run.runId });
    expect(world.clock - NOW).toBe(10_000);
  });

  it('goes on where the process of a run was killed', async () => {
    await putLiveRun(world);
    world.clock += 15_001;

    expect(await start(world, task)).toMatchObject({ status: 200 });
  });

  it.each([
    [undefined, /ZENDESK_SUBDOMAIN/],
    [{ enabled: false }, /TICKETS_ENABLED/],
  ])('says what to set where the settings are %o', async (settings, said) => {
    const answer = await start(withTickets(world, settings), task);

    expect(answer).toMatchObject({
      status: 409,
      body: { error: 'tickets_disabled', message: expect.stringMatching(said) },
    });
    expect(world.started).toEqual([]);
  });

  it.each([
    [new InvocationError('throttled', true), 503],
    [new InvocationError('no such function', false), 502],
  ])('leaves no run under way that could not be started: %s', async (refusal, status) => {
    world.refusal = refusal;
    const answer = await start(world, task);

    expect(answer).toMatchObject({ status, body: { error: 'run_not_started' } });
    expect(await worker(world)).toMatchObject({ status: 'failed', is_running: false });
    world.refusal = undefined;
    expect(await start(world, task)).toMatchObject({ status: 200 });
  });

  it('has started where only the answer to the invocation was lost', async () => {
    const begin = async (request: { readonly run_id: string }) => {
      const run = await world.stores.runs.get(request.run_id, NOW);
      await world.stores.runs.put({ ...run!, fence: 3, invocations: 1 }, NOW + 1e9);
      throw new InvocationError('no answer', true);
    };
    const tickets = { ...world.services.tickets!, startSync: begin, startAnalysis: begin };
    world = { ...world, services: { ...world.services, tickets } };

    expect(await start(world, task)).toMatchObject({ status: 200, body: { status: 'started' } });
  });

  it.each([{ unknown: 1 }, [], 'x', { backfill_days: 0 }, { batch_size: 10_001 }, { dry_run: 'yes' }])(
    'refuses %j',
    async (body) => {
      expect(await start(world, task, body)).toMatchObject({
        status: 400,
        body: { error: 'validation_failed' },
      });
      expect(world.started).toEqual([]);
    },
  );
});
