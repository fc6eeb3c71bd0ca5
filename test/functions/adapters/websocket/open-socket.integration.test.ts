import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createSocketOpener } from '#adapters/websocket/open-socket.ts';
import type { Ending, RawFrame } from '#core/feed/feed-socket.ts';

const TOKEN = 'a/token+with&signs';

describe('the sockets of the feed', () => {
  let server: WebSocketServer;
  let url: string;
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  });
  afterEach(async () => {
    for (const client of server.clients) client.terminate();
    await new Promise((done) => server.close(done));
  });

  function open(address = url) {
    const frames: RawFrame[] = [];
    let alive = 0;
    let endings = 0;
    let onOpen: () => void;
    let onFrame: () => void = () => undefined;
    let onEnd: (ending: Ending) => void;
    const opened = new Promise<void>((resolve) => {
      onOpen = resolve;
    });
    const ended = new Promise<Ending>((resolve) => {
      onEnd = resolve;
    });
    const socket = createSocketOpener({ url: address, now: Date.now, handshakeTimeoutMs: 500 })(TOKEN, {
      opened: () => onOpen(),
      frame: (frame) => {
        frames.push(frame);
        onFrame();
      },
      alive: () => {
        alive += 1;
        onFrame();
      },
      ended: (ending) => {
        endings += 1;
        onEnd(ending);
      },
    });
    const next = () =>
      new Promise<void>((resolve) => {
        onFrame = resolve;
      });
    return { socket, frames, opened, ended, next, alive: () => alive, endings: () => endings };
  }
  async function accept(): Promise<{ peer: WebSocket; request: IncomingMessage }> {
    const [peer, request] = await once(server, 'connection');
    return { peer, request };
  }

  it('carry the token in the address and offer no compression', async () => {
    const accepted = accept();
    const { opened } = open();
    const { request } = await accepted;
    await opened;
    expect(new URL(request.url ?? '', url).searchParams.get('token')).toBe(TOKEN);
    expect(request.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('tell of text, of binary frames only that they are some, and of signs of life', async () => {
    const accepted = accept();
    const { frames, next, alive } = open();
    const { peer } = await accepted;
    for (const send of [() => peer.send('é'), () => peer.send(Buffer.from([1, 2, 3])), () => peer.ping()]) {
      const told = next();
      send();
      await told;
    }
    expect(frames).toEqual([
      { text: 'é', isBinary: false, bytes: 2 },
      { text: '', isBinary: true, bytes: 3 },
    ]);
    expect(alive()).toBe(1);
  });

  it('close with the code that they are told', async () => {
    const accepted = accept();
    const { socket, opened, ended } = open();
    const { peer } = await accepted;
    await opened;
    const closed = once(peer, 'close');
    socket.close(1000);
    expect((await closed)[0]).toBe(1000);
    expect(await ended).toEqual({ kind: 'closed', code: 1000 });
  });

  it('close with 1009 on a frame above 1 MB, and take one that fits', async () => {
    const accepted = accept();
    const { frames, next, ended } = open();
    const { peer } = await accepted;
    const told = next();
    peer.send('x'.repeat(1024 * 1024));
    await told;
    expect(frames[0]?.bytes).toBe(1024 * 1024);
    const closed = once(peer, 'close');
    peer.send('x'.repeat(1024 * 1024 + 1));
    expect((await closed)[0]).toBe(1009);
    expect(await ended).toEqual({ kind: 'broken', code: 1009 });
  });

  it('end once, also when they are cut during the handshake', async () => {
    const { socket, ended, endings } = open();
    socket.terminate();
    expect(await ended).toMatchObject({ kind: 'unreachable' });
    socket.terminate();
    socket.close(1000);
    socket.send('too late');
    expect(endings()).toBe(1);
  });

  it('say why they never opened, without the address', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const refused = await open(`ws://127.0.0.1:${port}/ws`).ended;
    expect(refused).toEqual({ kind: 'unreachable', cause: 'ECONNREFUSED' });
  });
});
