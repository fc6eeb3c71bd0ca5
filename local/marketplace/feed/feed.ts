/** The real-time feed: who listens, what is broadcast, and how it goes wrong by hand. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { createRandom } from '#local/marketplace/catalog/random.ts';
import { type Announcement, isoTime } from '#local/marketplace/http/wire.ts';
import { createDelivery, type DeliveryFaults } from './delivery.ts';
import { createFeedSocket, type FeedSocket, type FeedSocketInfo, type SocketMood } from './feed-socket.ts';

const PONG_WITHIN_MS = 10_000;
const RECEIVED_LIMIT = 10_000;
const TOKEN_REFUSED = 4401;

/** The feed, as tests, floods and the control endpoint use it. All calls act on every open socket. */
export type Feed = {
  /** Sockets open now, zombies included. */
  readonly open: number;
  /** Sockets accepted since the start. */
  readonly accepted: number;
  /** Handshakes that a fault refused, or that were closed for their token. */
  readonly refused: number;
  sockets(): FeedSocketInfo[];
  /** Texts that clients sent, oldest first; the last 10,000. */
  received(): string[];
  /** Broadcasts a change with the present time, through the delivery faults. */
  announce(announcement: Announcement): void;
  /** Broadcasts any value as a JSON frame, through the delivery faults. */
  broadcast(frame: unknown): void;
  /** Sends text or bytes exactly as they are. */
  sendRaw(data: string | Buffer, options?: { binary?: boolean }): void;
  /** Sends text that is not JSON. */
  sendGarbage(): void;
  /** Sends one well-formed frame larger than the contract allows. Default 1 MB + 1 byte. */
  sendOversized(bytes?: number): void;
  /** Sends a frame's JSON as a binary message. */
  sendBinary(frame: unknown): void;
  setDelivery(faults: DeliveryFaults): void;
  /** Sends what the delivery faults still hold. */
  flush(): void;
  /** Sends a `ping` frame. */
  ping(): void;
  /** Closes (1008) the sockets that owe a pong for more than 10 s. Answers how many. */
  closeUnanswered(): number;
  /** Closes with any code; 1006 cuts without a close frame. Default 1000. */
  close(code?: number, reason?: string): void;
  /** Cuts every connection in the middle of a frame. */
  cutMidFrame(): void;
  /** Turns the open sockets into zombies, silent ones, or honest ones again. */
  setMood(mood: SocketMood): void;
  /** Bytes that the slowest client has not taken yet. */
  bufferedBytes(): number;
  /** Resolves when `count` sockets are open. */
  untilOpen(count: number): Promise<void>;
  /** Resolves with the next text that satisfies, or one that came already. */
  untilReceived(satisfies: (text: string) => boolean): Promise<string>;
};

/** The side of the feed that the server drives. */
export type FeedHub = Feed & {
  adopt(socket: WebSocket, raw: Duplex, how: { token: string; mood: SocketMood }): FeedSocket;
  countRefusal(): void;
  /** Closes the sockets that came with this token (4401). */
  closeToken(token: string): void;
};

/** Makes a feed without listeners. */
export function createFeed(options: { seed: number; now: () => number }): FeedHub {
  const { now } = options;
  const sockets = new Map<number, FeedSocket>();
  const delivery = createDelivery(createRandom(options.seed, 0xfe_ed));
  const received: string[] = [];
  const waiters = new Set<() => void>();
  let accepted = 0;
  let refused = 0;

  const each = (act: (socket: FeedSocket) => void) => {
    for (const socket of [...sockets.values()]) act(socket);
  };
  const wake = () => {
    for (const waiter of [...waiters]) waiter();
  };
  const send = (frames: readonly string[]) => {
    for (const frame of frames) each((socket) => socket.send(frame));
  };
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (found === undefined) return;
        waiters.delete(check);
        resolve(found);
      };
      waiters.add(check);
      check();
    });

  return {
    get open() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    get refused() {
      return refused;
    },
    sockets: () => [...sockets.values()].map((socket) => ({ ...socket.info })),
    received: () => [...received],
    announce: ({ type, json }) => {
      if (sockets.size === 0) return;
      send(delivery.pass(`{"type":"${type}","data":${json},"timestamp":"${isoTime(now())}"}`));
    },
    broadcast: (frame) => send(delivery.pass(JSON.stringify(frame))),
    sendRaw: (data, how) => each((socket) => socket.send(data, how?.binary)),
    sendGarbage: () => send(['{"type":"skill_update","data":{']),
    sendOversized: (bytes = 1024 * 1024 + 1) => send([oversizedFrame(bytes, isoTime(now()))]),
    sendBinary: (frame) => each((socket) => socket.send(Buffer.from(JSON.stringify(frame)), true)),
    setDelivery: delivery.set,
    flush: () => send(delivery.flush()),
    ping: () => each((socket) => socket.ping()),
    closeUnanswered: () => {
      const late = [...sockets.values()].filter(
        (socket) => (socket.pongOwedSince() ?? Number.POSITIVE_INFINITY) < now() - PONG_WITHIN_MS,
      );
      for (const socket of late) socket.close(1008, 'pong timeout');
      return late.length;
    },
    close: (code = 1000, reason = '') => each((socket) => socket.close(code, reason)),
    cutMidFrame: () => each((socket) => socket.cutMidFrame()),
    setMood: (mood) => each((socket) => socket.setMood(mood)),
    bufferedBytes: () => Math.max(0, ...[...sockets.values()].map((socket) => socket.bufferedBytes)),
    untilOpen: (count) => until(() => (sockets.size === count ? true : undefined)).then(() => undefined),
    untilReceived: (satisfies) => until(() => received.find(satisfies)),
    adopt: (socket, raw, { token, mood }) => {
      accepted += 1;
      const id = accepted;
      const onFrame = (text: string) => {
        received.push(text);
        if (received.length > RECEIVED_LIMIT) received.shift();
        wake();
      };
      const feedSocket = createFeedSocket({ id, token, socket, raw, now, onFrame });
      sockets.set(id, feedSocket);
      socket.once('close', () => {
        sockets.delete(id);
        wake();
      });
      feedSocket.setMood(mood);
      wake();
      return feedSocket;
    },
    countRefusal: () => {
      refused += 1;
    },
    closeToken: (token) =>
      each((socket) => {
        if (socket.info.token === token) socket.close(TOKEN_REFUSED, 'token refused');
      }),
  };
}

function oversizedFrame(bytes: number, timestamp: string): string {
  const frame = (code: string) =>
    JSON.stringify({
      type: 'skill_update',
      data: { skill_id: 'oversized', name: 'oversized', code },
      timestamp,
    });
  return frame('x'.repeat(Math.max(0, bytes - frame('').length)));
}
