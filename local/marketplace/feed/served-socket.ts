/** One connected socket of the feed, honest or not. */
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { parseJson } from '#local/http/parse-json.ts';
import { isoTime } from '#local/marketplace/http/wire.ts';

/** `zombie`: reads but never sends; `silent`: does not even read; both stay connected. */
export type SocketMood = 'honest' | 'zombie' | 'silent';

/** What the feed knows of a socket. */
export type ServedSocketInfo = {
  readonly id: number;
  readonly token: string;
  mood: SocketMood;
  framesSent: number;
  framesReceived: number;
  /** Application `ping` frames that the client sent, and `pong` frames that it answered with. */
  pingsReceived: number;
  pongsReceived: number;
};

/** What a socket is made from. */
export type ServedSocketOptions = {
  readonly id: number;
  /** The token that the client came with. */
  readonly token: string;
  readonly socket: WebSocket;
  /** The connection below the socket, for what ws does not send. */
  readonly raw: Duplex;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Gets every text that the client sends. */
  readonly onFrame: (text: string) => void;
};

/** An accepted socket as the feed drives it; honest at first. */
export class ServedSocket {
  readonly info: ServedSocketInfo;
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #now: () => number;
  #pongOwedSince: number | undefined;
  #ending: { readonly atFrame: number; readonly then: () => void } | undefined;

  constructor({ id, token, socket, raw, now, onFrame }: ServedSocketOptions) {
    this.#socket = socket;
    this.#raw = raw;
    this.#now = now;
    const counts = { framesSent: 0, framesReceived: 0, pingsReceived: 0, pongsReceived: 0 };
    this.info = { id, token, mood: 'honest', ...counts };
    socket.on('message', (data: RawData) => {
      const text = data.toString();
      this.#countFrame(text);
      onFrame(text);
    });
    socket.on('ping', (data: Buffer) => this.#answerProtocolPing(data));
    // A client that breaks the protocol is closed by ws; there is nothing to add.
    socket.on('error', () => undefined);
  }

  /** Bytes that wait to be taken by the client. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends, unless the mood forbids it or the socket is closing. */
  send(data: string | Buffer, binary = false): void {
    if (!this.#maySend()) return;
    this.info.framesSent += 1;
    this.#socket.send(data, { binary });
    if (this.#ending && this.info.framesSent >= this.#ending.atFrame) this.#ending.then();
  }

  /** Sends a `ping` frame, and remembers since when the pong is owed. */
  ping(): void {
    this.#pongOwedSince ??= this.#now();
    this.#sendSignal('ping');
  }

  /** Epoch milliseconds since when a pong is owed; undefined when none is. */
  pongOwedSince(): number | undefined {
    return this.#pongOwedSince;
  }

  /** Closes with any code at all, even one that a server may not use. 1006: cut without a close frame. */
  close(code: number, reason: string): void {
    if (code === 1005) this.#socket.close();
    else if (code === 1006) this.#socket.terminate();
    else if (mayBeSent(code)) this.#socket.close(code, reason);
    else this.#raw.end(closeFrame(code));
  }

  /** Declares a frame of 1,000 bytes, sends a few, and cuts the connection. */
  cutMidFrame(): void {
    const start = Buffer.from([0x81, 126, 0x03, 0xe8, ...Buffer.from('{"type":"skill_')]);
    this.#raw.write(start, () => this.#raw.destroy());
  }

  /** Calls `then` once `frames` more frames were sent. */
  afterFrames(frames: number, then: () => void): void {
    this.#ending = { atFrame: this.info.framesSent + frames, then };
  }

  setMood(mood: SocketMood): void {
    this.info.mood = mood;
    if (mood === 'silent') this.#socket.pause();
    else this.#socket.resume();
  }

  #maySend(): boolean {
    return this.info.mood === 'honest' && this.#socket.readyState === this.#socket.OPEN;
  }

  #sendSignal(type: 'ping' | 'pong'): void {
    this.send(JSON.stringify({ type, timestamp: isoTime(this.#now()) }));
  }

  /** Counts what the client sent, and answers an application `ping`. */
  #countFrame(text: string): void {
    this.info.framesReceived += 1;
    const type = frameType(parseJson(text));
    if (type === 'ping') {
      this.info.pingsReceived += 1;
      this.#sendSignal('pong');
    }
    if (type === 'pong') {
      this.info.pongsReceived += 1;
      this.#pongOwedSince = undefined;
    }
  }

  /** ws would answer protocol pings by itself, and a zombie must not. */
  #answerProtocolPing(data: Buffer): void {
    if (this.#maySend()) this.#socket.pong(data);
  }
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
