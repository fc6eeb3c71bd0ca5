import { describe, expect, it } from 'vitest';
import type { Ending, SocketEvents } from '#core/feed/feed-socket.ts';
import { openConnection } from '#functions/realtime-feed/connection.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const HEARTBEAT = 30_000;
const PONG = { text: '{"type":"pong"}', isBinary: false, bytes: 15 };

/** A connection over a socket that does only what the test says. */
function open() {
  const clock = createVirtualClock(Date.parse('2026-02-19T10:30:00Z'));
  const sent: string[] = [];
  const told: unknown[] = [];
  const calls: string[] = [];
  let socket: SocketEvents | undefined;
  const connection = openConnection(
    {
      ...clock,
      timing: { ...FEED_TIMING, heartbeatMs: HEARTBEAT },
      openSocket: (_token, events) => {
        socket = events;
        return {
          send: (text) => void sent.push(text),
          pause: () => void calls.push('pause'),
          resume: () => void calls.push('resume'),
          close: (code) => void calls.push(`close ${code}`),
          terminate: () => void calls.push('terminate'),
        };
      },
    },
    'token',
    {
      opened: () => void told.push('opened'),
      update: ({ type }) => void told.push(type),
      rejected: (reason) => void told.push(reason),
      ended: (ending: Ending) => void told.push(ending),
    },
  );
  if (!socket) throw new Error('No socket was opened');
  socket.opened();
  return { clock, sent, told, calls, socket, connection };
}

describe('a connection', () => {
  it('pings so often, and lives as long as anything comes', async () => {
    const { clock, sent, told, socket } = open();
    for (let n = 0; n < 5; n += 1) {
      await clock.advance(HEARTBEAT);
      if (n % 2 === 0) socket.frame(PONG);
      else socket.alive();
    }
    expect(sent).toHaveLength(5);
    expect(sent[0]).toBe('{"type":"ping","timestamp":"2026-02-19T10:30:30.000Z"}');
    expect(told).toEqual(['opened']);
  });

  it('is a zombie when nothing comes within 10 s of a ping, in less than two intervals', async () => {
    const { clock, told, calls, socket } = open();
    await clock.advance(HEARTBEAT - 1);
    socket.frame(PONG);
    await clock.advance(1 + 9_999);
    expect(calls).toEqual([]);
    await clock.advance(1);
    expect([told, calls]).toEqual([['opened', { kind: 'zombie' }], ['terminate']]);
    expect(clock.pending()).toBe(0);
  });

  it('does not judge a socket that it has paused itself, and judges it again later', async () => {
    const { clock, told, connection } = open();
    await clock.advance(HEARTBEAT);
    connection.pause();
    await clock.advance(5_000);
    connection.resume();
    await clock.advance(5_000);
    expect(told).toEqual(['opened']);
    connection.pause();
    await clock.advance(600_000);
    expect(told).toEqual(['opened']);
    connection.resume();
    await clock.advance(2 * HEARTBEAT);
    expect(told).toEqual(['opened', { kind: 'zombie' }]);
  });

  it('answers a ping and tells of everything else', () => {
    const { sent, told, socket } = open();
    const frame = (text: string) => socket.frame({ text, isBinary: false, bytes: text.length });
    frame('{"type":"ping","timestamp":"x"}');
    frame('{"type":"pong"}');
    frame('{"type":"skill_update","data":{"skill_id":"a","name":"A"}}');
    frame('{');
    expect(sent).toEqual(['{"type":"pong","timestamp":"2026-02-19T10:30:00.000Z"}']);
    expect(told).toEqual(['opened', 'skill_update', 'frame: is no JSON object']);
  });

  it('reads the other side’s close frame even when it was paused, and takes no more frames', () => {
    const { calls, told, socket, connection } = open();
    connection.pause();
    connection.close(1000);
    connection.close(1000);
    socket.frame({
      text: '{"type":"skill_update","data":{"skill_id":"a","name":"A"}}',
      isBinary: false,
      bytes: 1,
    });
    socket.ended({ kind: 'closed', code: 1000 });
    socket.ended({ kind: 'closed', code: 1006 });
    expect(calls).toEqual(['pause', 'resume', 'close 1000']);
    expect(told).toEqual(['opened', { kind: 'closed', code: 1000 }]);
  });

  it('does not wait for ever for the other side to close', async () => {
    const { clock, calls, told, connection } = open();
    connection.close(1000);
    await clock.advance(3_000);
    expect(calls).toEqual(['resume', 'close 1000', 'terminate']);
    expect(told).toEqual(['opened', { kind: 'ours' }]);
    expect(clock.pending()).toBe(0);
  });

  it('tells nothing after its end', async () => {
    const { clock, told, sent, socket, connection } = open();
    connection.terminate({ kind: 'ours' });
    socket.frame({ text: '{"type":"ping"}', isBinary: false, bytes: 1 });
    socket.opened();
    socket.ended({ kind: 'closed', code: 1006 });
    await clock.advance(10 * HEARTBEAT);
    expect([told, sent]).toEqual([['opened', { kind: 'ours' }], []]);
  });
});
