import { describe, expect, it } from 'vitest';
import { ask, listen, startForTest } from '#test/local/marketplace/marketplace-client.ts';

describe('frames', () => {
  it('announces every change of the catalogue with its time', async () => {
    const now = Date.UTC(2026, 1, 19, 10, 30);
    const marketplace = await startForTest({ now: () => now });
    const listener = await listen(marketplace);
    const [id = ''] = marketplace.catalog.ids();

    const skill = marketplace.catalog.upsertSkill({ skill_id: id, name: 'Renamed' });
    marketplace.catalog.upsertSkill({ skill_id: id, name: 'Unheard' }, { quiet: true });
    marketplace.catalog.upsertCategory({ name: 'Databases', description: 'Tables.' });
    marketplace.ratings.add({ skill_id: id, user_id: 'u', rating: 5 });
    marketplace.catalog.removeSkill(id);
    await listener.untilMessages(5);

    const { average_rating, rating_count } = { ...skill, rating_count: skill.rating_count + 1 };
    expect(average_rating).toBeGreaterThanOrEqual(0);
    expect(listener.frames[0]).toEqual({
      type: 'skill_update',
      data: skill,
      timestamp: '2026-02-19T10:30:00.000Z',
    });
    expect(listener.frames[1]).toMatchObject({
      type: 'category_update',
      data: { name: 'Databases', description: 'Tables.' },
    });
    expect(listener.frames[2]).toMatchObject({
      type: 'rating_update',
      data: { skill_id: id, rating: 5, rating_count },
    });
    expect(listener.frames[3]).toMatchObject({ type: 'skill_delete', data: { skill_id: id } });
    expect(listener.frames[4]).toMatchObject({ type: 'category_update', data: { name: skill.category } });
  });

  it('announces a rating that was posted', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);
    await ask(marketplace, '/api/v1/ratings', {
      method: 'POST',
      json: { skill_id: marketplace.catalog.ids()[0], user_id: 'u', rating: 3 },
    });
    await listener.untilMessages(1);
    expect(listener.frames[0]).toMatchObject({ type: 'rating_update', data: { rating: 3 } });
  });

  it('sends garbage, binary and exact text when told to', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);

    marketplace.feed.sendGarbage();
    marketplace.feed.sendBinary({ type: 'ping' });
    marketplace.feed.sendRaw('null');
    marketplace.feed.broadcast({ type: 'odd' });
    await listener.untilMessages(4);

    expect(() => JSON.parse(listener.texts[0]!)).toThrow(SyntaxError);
    expect([listener.texts.slice(1), listener.binaries]).toEqual([
      ['{"type":"ping"}', 'null', '{"type":"odd"}'],
      1,
    ]);
  });

  it('sends a frame over 1 MB, which a client of the contract refuses', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);
    marketplace.feed.sendOversized();
    expect((await listener.error).message).toContain('Max payload size exceeded');
  });

  it('doubles and reorders frames, and gives out held ones when flushed', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);
    const ids = marketplace.catalog.ids();
    marketplace.feed.setDelivery({ duplicateRate: 1, reorderWindow: 10 });

    for (const id of ids) marketplace.catalog.touchSkill(id);
    marketplace.feed.flush();
    await listener.untilMessages(50);

    const seen = listener.frames.map((frame) => (frame.data as { skill_id: string }).skill_id);
    expect(seen).not.toEqual([...seen].sort((a, b) => ids.indexOf(a) - ids.indexOf(b)));
    expect([...seen].sort()).toEqual([...ids, ...ids].sort());
  });

  it('floods with real changes, the last of which is in the catalogue', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);

    const result = await marketplace.flood({ frames: 500, skills: 10 });
    await listener.untilMessages(500);

    expect(result.frames).toBe(500);
    const last = new Map(
      listener.frames.map((frame) => [(frame.data as { skill_id: string }).skill_id, frame.data]),
    );
    expect(last.size).toBe(10);
    for (const [id, skill] of last) expect(marketplace.catalog.get(id)).toEqual(skill);
  });

  it('floods at a rate', async () => {
    const marketplace = await startForTest();
    const { elapsedMs } = await marketplace.flood({ frames: 201, perSecond: 1_000 });
    expect(elapsedMs).toBeGreaterThanOrEqual(200);
  });
});

describe('who is let in', () => {
  it('closes with 4401 when the token is wrong, and when it stops working', async () => {
    const marketplace = await startForTest();
    const refused = await listen(marketplace, 'wrong');
    const listener = await listen(marketplace);
    expect((await refused.closed).code).toBe(4401);
    expect(marketplace.feed.open).toBe(1);

    marketplace.tokens.expire();

    expect((await listener.closed).code).toBe(4401);
  });

  it.each([401, 403, 429, 500, 503])('refuses the handshake with %i so many times', async (status) => {
    const marketplace = await startForTest();
    marketplace.faults.add({ kind: 'status', status, route: 'feed', times: 2 });

    for (let turn = 0; turn < 2; turn += 1) {
      expect((await (await listen(marketplace)).error).message).toContain(
        `Unexpected server response: ${status}`,
      );
    }
    expect((await listen(marketplace)).socket.readyState).toBe(1);
    expect(marketplace.feed).toMatchObject({ open: 1, accepted: 1, refused: 2 });
  });

  it('redirects, resets, or never answers the handshake', async () => {
    const marketplace = await startForTest();
    marketplace.faults.add({
      kind: 'status',
      status: 302,
      headers: { location: 'ws://127.0.0.1:1' },
      route: 'feed',
    });
    marketplace.faults.add({ kind: 'reset', route: 'feed' });
    expect((await (await listen(marketplace)).error).message).toContain('302');
    expect((await (await listen(marketplace)).error).message).toMatch(/hang up|ECONNRESET/);

    marketplace.faults.add({ kind: 'hang', route: 'feed' });
    const hanging = listen(marketplace);
    await expect.poll(() => marketplace.feed.refused).toBe(3);
    await marketplace.close();
    expect(await (await hanging).error).toBeInstanceOf(Error);
  });

  it('is not hit by faults that are about requests', async () => {
    const marketplace = await startForTest();
    marketplace.faults.add({ kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
    expect((await listen(marketplace)).socket.readyState).toBe(1);
  });
});

describe('sockets that misbehave', () => {
  it('answers a ping with a pong, and takes pongs', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);

    listener.socket.send('{"type":"ping","timestamp":"2026-02-19T10:30:00Z"}');
    await listener.untilMessages(1);
    expect(listener.frames[0]).toMatchObject({ type: 'pong' });

    marketplace.feed.ping();
    await listener.untilMessages(2);
    listener.socket.send('{"type":"pong"}');
    await marketplace.feed.untilReceived((text) => text.includes('pong'));
    expect(marketplace.feed.sockets()).toMatchObject([
      { pingsReceived: 1, pongsReceived: 1, framesReceived: 2 },
    ]);
  });

  it('closes those that owe a pong for more than 10 s', async () => {
    let now = 1_000;
    const marketplace = await startForTest({ now: () => now });
    const listener = await listen(marketplace);
    marketplace.feed.ping();

    now += 10_000;
    expect(marketplace.feed.closeUnanswered()).toBe(0);
    now += 1;
    expect(marketplace.feed.closeUnanswered()).toBe(1);
    expect((await listener.closed).code).toBe(1008);
  });

  it('reads but never sends when a zombie, until it is honest again', async () => {
    const marketplace = await startForTest();
    marketplace.faults.add({ kind: 'zombie' });
    const listener = await listen(marketplace);
    let pongs = 0;
    listener.socket.on('pong', () => {
      pongs += 1;
    });

    listener.socket.ping();
    listener.socket.send('{"type":"ping"}');
    marketplace.feed.broadcast({ type: 'lost' });
    await marketplace.feed.untilReceived((text) => text.includes('ping'));
    marketplace.feed.setMood('honest');
    marketplace.feed.broadcast({ type: 'heard' });
    await listener.untilMessages(1);

    expect([listener.texts, pongs]).toEqual([['{"type":"heard"}'], 0]);
  });

  it('does not even read when silent', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);
    marketplace.feed.setMood('silent');

    listener.socket.send('{"type":"ping"}');
    await ask(marketplace, '/health');
    expect(marketplace.feed.received()).toEqual([]);

    marketplace.feed.setMood('honest');
    await listener.untilMessages(1);
    expect(listener.frames[0]).toMatchObject({ type: 'pong' });
  });

  it.each([1000, 1001, 1008, 1011, 1012, 1013, 4401, 4499])('closes with %i', async (code) => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);
    marketplace.feed.close(code, 'because');
    expect(await listener.closed).toEqual({ code, reason: 'because' });
  });

  it('closes without a code (1005), without a close frame (1006), and with codes that nobody may send', async () => {
    const marketplace = await startForTest();
    for (const [code, seen] of [
      [1005, 1005],
      [1006, 1006],
      [1015, 1006],
      [999, 1006],
    ] as const) {
      const listener = await listen(marketplace);
      marketplace.feed.close(code);
      expect((await listener.closed).code).toBe(seen);
      await marketplace.feed.untilOpen(0);
    }
  });

  it('cuts in the middle of a frame', async () => {
    const marketplace = await startForTest();
    const listener = await listen(marketplace);
    marketplace.feed.cutMidFrame();
    expect((await listener.closed).code).toBe(1006);
    expect(listener.texts).toEqual([]);
  });

  it('closes after so many frames when the handshake was told so', async () => {
    const marketplace = await startForTest();
    marketplace.faults.add({ kind: 'close', code: 1012, afterFrames: 2 });
    const listener = await listen(marketplace);
    for (let turn = 0; turn < 5; turn += 1) marketplace.feed.broadcast({ turn });
    expect((await listener.closed).code).toBe(1012);
    expect(listener.frames).toEqual([{ turn: 0 }, { turn: 1 }]);
  });
});
