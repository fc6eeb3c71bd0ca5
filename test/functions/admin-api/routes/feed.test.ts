import { describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { audited, reportFeed, withFeed } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const NEVER = {
  connected: false,
  last_connected_at: null,
  last_message_at: null,
  fallback_to_polling: false,
  reconnect_attempts: 0,
  status: 'not_running',
  enabled: true,
  reconnect_requested_at: null,
  consecutive_failures: 0,
  disconnect_reason: null,
  last_catch_up_at: null,
  reported_at: null,
  reconnects_total: 0,
  messages_total: { skill_update: 0, category_update: 0, rating_update: 0, skill_delete: 0 },
  rejected_total: 0,
  gathering: null,
};

const status = (world: World) => call(world, { path: '/api/admin/websocket/status', token: 'SUPERVISED' });
const post = (world: World, what: string, body?: unknown) =>
  call(world, { method: 'POST', path: `/api/admin/websocket/${what}`, body });
const nowhere = (world: World) => withFeed(world, { deployed: false, started: false });

describe('GET /api/admin/websocket/status', () => {
  it('has the whole shape before a task ever ran, in one point read', async () => {
    const world = createWorld();

    expect((await status(world)).body).toEqual({ success: true, websocket: NEVER });
    expect(world.reads).toEqual(['feed']);
  });

  it('tells everything that the task reported, and since when', async () => {
    const world = createWorld();
    await reportFeed(world, { disconnectReason: 'heartbeat_lost', consecutiveFailures: 1 });

    expect((await status(world)).body.websocket).toEqual({
      connected: true,
      last_connected_at: '2026-02-19T10:29:00.000Z',
      last_message_at: '2026-02-19T10:29:59.000Z',
      fallback_to_polling: false,
      reconnect_attempts: 0,
      status: 'open',
      enabled: true,
      reconnect_requested_at: null,
      consecutive_failures: 1,
      disconnect_reason: 'heartbeat_lost',
      last_catch_up_at: '2026-02-19T10:29:01.000Z',
      reported_at: '2026-02-19T10:30:00.000Z',
      reconnects_total: 4,
      messages_total: { skill_update: 30, category_update: 2, rating_update: 5, skill_delete: 1 },
      rejected_total: 3,
      gathering: null,
    });
  });

  it('does not believe a task that is gone', async () => {
    const world = createWorld();
    await reportFeed(world);
    world.clock += 60_001;

    expect((await status(world)).body.websocket).toMatchObject({
      connected: false,
      status: 'not_running',
      reported_at: '2026-02-19T10:30:00.000Z',
      reconnects_total: 4,
    });
  });

  it('says so where there is none', async () => {
    expect((await status(nowhere(createWorld()))).body.websocket).toEqual({
      ...NEVER,
      status: 'not_deployed',
    });
  });
});

describe('POST /api/admin/websocket/…', () => {
  it('switches the feed off and on again, and answers what is wanted now', async () => {
    const world = createWorld();
    await reportFeed(world);

    const off = await post(world, 'disable');
    expect(off).toMatchObject({ status: 200, body: { success: true, websocket: { enabled: false } } });
    // The task has not seen it yet.
    expect(off.body.websocket).toMatchObject({ connected: true, status: 'open' });
    expect((await world.stores.feed.read()).control.enabled).toBe(false);

    const on = await post(world, 'enable', {});
    expect(on).toMatchObject({ status: 200, body: { websocket: { enabled: true } } });
    expect((await world.stores.feed.read()).control.enabled).toBe(true);
  });

  it('may be said twice', async () => {
    const world = createWorld();
    for (const what of ['disable', 'disable', 'enable', 'enable'])
      expect((await post(world, what)).status).toBe(200);
  });

  it('asks for a new connection, each time anew', async () => {
    const world = createWorld();

    const { status: answered, body } = await post(world, 'reconnect');
    expect(answered).toBe(200);
    expect(body.websocket.reconnect_requested_at).toBe('2026-02-19T10:30:00.000Z');
    expect((await world.stores.feed.read()).control).toEqual({ enabled: true, reconnectRequestedAt: NOW });

    world.clock += 5_000;
    await post(world, 'reconnect');
    expect((await world.stores.feed.read()).control.reconnectRequestedAt).toBe(NOW + 5_000);
  });

  it('does not ask a feed that is switched off for a connection', async () => {
    const world = createWorld();
    await post(world, 'disable');

    expect(await post(world, 'reconnect')).toMatchObject({
      status: 409,
      body: { success: false, error: 'feed_disabled', message: expect.stringContaining('enable') },
    });
    expect((await world.stores.feed.read()).control.reconnectRequestedAt).toBeUndefined();
  });

  it.each(['reconnect', 'disable', 'enable'])('refuses to %s a feed that is not there', async (what) => {
    const world = createWorld();

    expect(await post(nowhere(world), what)).toMatchObject({
      status: 409,
      body: { success: false, error: 'feed_not_deployed' },
    });
    expect((await world.stores.feed.read()).control).toEqual({ enabled: true });
  });

  it('leaves a record of who did it', async () => {
    const world = createWorld();
    await post(world, 'disable');

    expect(await audited(world)).toMatchObject([
      { action: 'POST /api/admin/websocket/disable', status: 200, subject: 'user-AUTONOMOUS' },
    ]);
  });

  it.each(['reconnect', 'disable', 'enable'])('takes no fields to %s', async (what) => {
    expect(await post(createWorld(), what, { force: true })).toMatchObject({
      status: 400,
      body: { error: 'validation_failed' },
    });
  });
});
