import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { endRun, holdLease, putRun, reportFeed } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

const NEVER = {
  status: 'idle',
  last_sync_at: null,
  last_successful_sync_at: null,
  total_syncs: 0,
  successful_syncs: 0,
  failed_syncs: 0,
};

describe('GET /api/admin/sync/status', () => {
  const status = (world: ReturnType<typeof createWorld>) => call(world, { path: '/api/admin/sync/status' });

  it('has the whole shape before anything ever ran', async () => {
    const { body } = await status(createWorld());

    expect(body).toEqual({
      success: true,
      sync: NEVER,
      ratings: { ...NEVER, pending: 0, synced: 0, failed: 0 },
      websocket: {
        connected: false,
        last_connected_at: null,
        last_message_at: null,
        fallback_to_polling: false,
        reconnect_attempts: 0,
      },
      cache: { skills_count: 0, categories_count: 0 },
      tickets: {
        ...{ ...NEVER, pending: 0, failed: 0, last_error: null, incidents_open: 0 },
        issues: { open: 0, acknowledged: 0, resolved: 0, ignored: 0, emerging: 0 },
      },
    });
  });

  it('says nothing of tickets where they are not deployed', async () => {
    const { body } = await status(withTickets(createWorld(), undefined));

    expect(body).not.toHaveProperty('tickets');
  });

  it('tells why the tickets do not come in', async () => {
    const world = createWorld();
    const error = { code: 'zendesk_forbidden', message: 'It needs an admin.', retryable: false };
    await endRun(world, TICKET_WORKER, { status: 'failed', error });
    await putRun(world, { job: JobId.ticketSync, status: 'failed', error });

    expect((await status(world)).body.tickets).toMatchObject({
      status: 'error',
      failed_syncs: 1,
      last_error: 'It needs an admin.',
    });
  });

  it('tells totals, times and sizes', async () => {
    const world = createWorld();
    for (let n = 0; n < 7; n += 1) await endRun(world, JobId.skillSync, { endedAt: NOW - 2_000 });
    const failed = { status: 'failed', endedAt: NOW - 1_000 } as const;
    for (let n = 0; n < 2; n += 1) await endRun(world, JobId.skillSync, failed);
    const size = { skillsCount: 5000, categoriesCount: 12 };
    await world.stores.jobs.setCacheSize(JobId.skillSync, size);

    const { body } = await status(world);

    expect(body.sync).toEqual({
      status: 'error',
      last_sync_at: '2026-02-19T10:29:59.000Z',
      last_successful_sync_at: '2026-02-19T10:29:58.000Z',
      total_syncs: 9,
      successful_syncs: 7,
      failed_syncs: 2,
    });
    expect(body.cache).toEqual({ skills_count: 5000, categories_count: 12 });
    expect(world.reads).toHaveLength(5);
  });

  it('shows the run that is under way, at the cost of one read more', async () => {
    const world = createWorld();
    await endRun(world, JobId.skillSync, { status: 'failed' });
    await holdLease(world, JobId.skillSync, NOW + 1);
    const progress = { done: 300, total: undefined, unit: 'skills' };
    await putRun(world, { status: 'running', endedAt: undefined, progress });

    const { body } = await status(world);

    expect(body.sync).toMatchObject({
      status: 'syncing',
      current_run: {
        run_id: RUN_ID,
        status: 'running',
        trigger: 'schedule',
        started_at: '2026-02-19T10:29:00.000Z',
        progress: { done: 300, total: null, unit: 'skills' },
      },
    });
    expect(world.reads).toHaveLength(6);
  });

  it('tells of the feed, as long as its task holds it', async () => {
    const world = createWorld();
    await reportFeed(world, { reconnectAttempts: 2, fallbackToPolling: true });
    const told = {
      last_connected_at: '2026-02-19T10:29:00.000Z',
      last_message_at: '2026-02-19T10:29:59.000Z',
      fallback_to_polling: true,
      reconnect_attempts: 2,
    };

    expect((await status(world)).body.websocket).toEqual({ connected: true, ...told });
    world.clock += 60_001;
    expect((await status(world)).body.websocket).toEqual({ connected: false, ...told });
  });

  it('is syncing even where the record is not there yet, and not when the lease has run out', async () => {
    const world = createWorld();
    await holdLease(world, JobId.skillSync, NOW + 1);
    expect((await status(world)).body.sync).toEqual({ ...NEVER, status: 'syncing' });

    world.clock += 1;
    expect((await status(world)).body.sync.status).toBe('idle');
  });

  it.each([1, 365])(
    'is idle although a lease lies %i days ahead, which a wrong clock has left',
    async (days) => {
      const world = createWorld();
      await holdLease(world, JobId.skillSync, NOW + days * 86_400_000);

      expect((await status(world)).body.sync).toEqual(NEVER);
    },
  );
});
