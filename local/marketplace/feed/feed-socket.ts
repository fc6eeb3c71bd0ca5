/** One connected socket of the feed, honest or not. */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { parseJson } from '#local/marketplace/http/handle-call.ts';
import { isoTime } from '#local/marketplace/http/wire.ts';

/** `zombie`: reads but never sends; `silent`: does not even read; both stay connected. */
export type SocketMood = 'honest' | 'zombie' | 'silent';

/** What the feed knows of a socket. */
export type FeedSocketInfo = {
  readonly id: number;
  readonly token: string;
  mood: SocketMood;
  framesSent: number;
  framesReceived: number;
  /** Application `ping` frames that the client sent, and `pong` frames that it answered with. */
  pingsReceived: number;
  pongsReceived: number;
};

/** A socket as the feed drives it. */
export type FeedSocket = {
  readonly info: FeedSocketInfo;
  /** Bytes that wait to be taken by the client. */
  readonly bufferedBytes: number;
  send(data: string | Buffer, binary?: boolean): void;
  /** Sends a `ping` frame, and remembers since when the pong is owed. */
  ping(): void;
  /** Epoch milliseconds since when a pong is owed; undefined when none is. */
  pongOwedSince(): number | undefined;
  /** Closes with any code at all, even one that a server may not use. 1006: cut without a close frame. */
  close(code: number, reason: string): void;
  /** Declares a frame of 1,000 bytes, sends a few, and cuts the connection. */
  cutMidFrame(): void;
  /** Calls `then` once `frames` more frames were sent. */
  afterFrames(frames: number, then: () => void): void;
  setMood(mood: SocketMood): void;
};

/** Wraps an accepted socket. `onFrame` gets every text that the client sends. */
export function createFeedSocket(options: {
  id: number;
  token: string;
  socket: WebSocket;
  raw: Duplex;
  now: () => number;
  onFrame: (text: string) => void;
}): FeedSocket {
  const { socket, raw, now } = options;
  const info: FeedSocketInfo = {
    id: options.id,
    token: options.token,
    mood: 'honest',
    framesSent: 0,
    framesReceived: 0,
    pingsReceived: 0,
    pongsReceived: 0,
  };
  let owedSince: number | undefined;
  let ending: { atFrame: number; then: () => void } | undefined;

  const send = (data: string | Buffer, binary = false) => {
    if (info.mood !== 'honest' || socket.readyState !== socket.OPEN) return;
    info.framesSent += 1;
    socket.send(data, { binary });
    if (ending && info.framesSent >= ending.atFrame) ending.then();
  };
  const sendSignal = (type: 'ping' | 'pong') => send(JSON.stringify({ type, timestamp: isoTime(now()) }));

  socket.on('message', (data: RawData) => {
    const text = data.toString();
    info.framesReceived += 1;
    const type = frameType(parseJson(text));
    if (type === 'ping') {
      info.pingsReceived += 1;
      sendSignal('pong');
    }
    if (type === 'pong') {
      info.pongsReceived += 1;
      owedSince = undefined;
    }
    options.onFrame(text);
  });
  // ws would answer protocol pings by itself, and a zombie must not.
  socket.on('ping', (data: Buffer) => {
    if (info.mood === 'honest' && socket.readyState === socket.OPEN) socket.pong(data);
  });
  // A client that breaks the protocol is closed by ws; there is nothing to add.
  socket.on('error', () => undefined);

  return {
    info,
    send,
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    ping: () => {
      owedSince ??= now();
      sendSignal('ping');
    },
    pongOwedSince: () => owedSince,
    close: (code, reason) => {
      if (code === 1005) socket.close();
      else if (code === 1006) socket.terminate();
      else if (mayBeSent(code)) socket.close(code, reason);
      else raw.end(closeFrame(code));
    },
    cutMidFrame: () => {
      raw.write(Buffer.from([0x81, 126, 0x03, 0xe8, ...Buffer.from('{"type":"skill_')]), () => raw.destroy());
    },
    afterFrames: (frames, then) => {
      ending = { atFrame: info.framesSent + frames, then };
    },
    setMood: (mood) => {
      info.mood = mood;
      if (mood === 'silent') socket.pause();
      else socket.resume();
    },
  };
}

function frameType(frame: unknown): unknown {
  return typeof frame === 'object' && frame !== null && 'type' in frame ? frame.type : undefined;
}

/** What ws lets a server send (its own rule; RFC 6455 section 7.4). */
function mayBeSent(code: number): boolean {
  const isReserved = code === 1004 || code === 1005 || code === 1006;
  return (code >= 1000 && code <= 1014 && !isReserved) || (code >= 3000 && code <= 4999);
}

function closeFrame(code: number): Buffer {
  return Buffer.from([0x88, 2, code >> 8, code & 0xff]);
}
