/** The real-time feed: who listens, what is broadcast, and how it goes wrong by hand. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Announcement, isoTime } from '#local/marketplace/http/wire.ts';
import { createRandom } from '#local/random.ts';
import { createDelivery, type Delivery, type DeliveryFaults } from './delivery.ts';
import { ServedSocket, type ServedSocketInfo, type SocketMood } from './served-socket.ts';

const PONG_WITHIN_MS = 10_000;
const RECEIVED_LIMIT = 10_000;
const TOKEN_REFUSED = 4401;

/** The feed as tests, floods and the control endpoint use it. */
export type FeedControls = Omit<FeedHub, 'adopt' | 'countRefusal' | 'closeToken'>;

/** The sockets that are open, and what is broadcast to them. All calls act on every open socket. */
export class FeedHub {
  readonly #now: () => number;
  readonly #delivery: Delivery;
  readonly #sockets = new Map<number, ServedSocket>();
  readonly #received: string[] = [];
  readonly #waiters = new Set<() => void>();
  #accepted = 0;
  #refused = 0;

  /** @param options.seed decides the disorder of the delivery faults */
  constructor(options: { readonly seed: number; readonly now: () => number }) {
    this.#now = options.now;
    this.#delivery = createDelivery(createRandom(options.seed, 0xfe_ed));
  }

  /** Sockets open now, zombies included. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Sockets accepted since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Handshakes that a fault refused, or that were closed for their token. */
  get refused(): number {
    return this.#refused;
  }

  sockets(): ServedSocketInfo[] {
    return this.#each().map((socket) => ({ ...socket.info }));
  }

  /** Texts that clients sent, oldest first; the last 10,000. */
  received(): string[] {
    return [...this.#received];
  }

  /** Broadcasts a change with the present time, through the delivery faults. */
  announce({ type, json }: Announcement): void {
    if (this.#sockets.size === 0) return;
    const frame = `{"type":"${type}","data":${json},"timestamp":"${isoTime(this.#now())}"}`;
    this.#send(this.#delivery.pass(frame));
  }

  /** Broadcasts any value as a JSON frame, through the delivery faults. */
  broadcast(frame: unknown): void {
    this.#send(this.#delivery.pass(JSON.stringify(frame)));
  }

  /** Sends text or bytes exactly as they are. */
  sendRaw(data: string | Buffer, options?: { readonly binary?: boolean }): void {
    for (const socket of this.#each()) socket.send(data, options?.binary);
  }

  /** Sends text that is not JSON. */
  sendGarbage(): void {
    this.#send(['{"type":"skill_update","data":{']);
  }

  /** Sends one well-formed frame larger than the contract allows. Default 1 MB + 1 byte. */
  sendOversized(bytes = 1024 * 1024 + 1): void {
    this.#send([oversizedFrame(bytes, isoTime(this.#now()))]);
  }

  /** Sends a frame's JSON as a binary message. */
  sendBinary(frame: unknown): void {
    this.sendRaw(Buffer.from(JSON.stringify(frame)), { binary: true });
  }

  setDelivery(faults: DeliveryFaults): void {
    this.#delivery.set(faults);
  }

  /** Sends what the delivery faults still hold. */
  flush(): void {
    this.#send(this.#delivery.flush());
  }

  /** Sends a `ping` frame. */
  ping(): void {
    for (const socket of this.#each()) socket.ping();
  }

  /** Closes (1008) the sockets that owe a pong for more than 10 s. Answers how many. */
  closeUnanswered(): number {
    const owedBefore = this.#now() - PONG_WITHIN_MS;
    const late = this.#each().filter(
      (socket) => (socket.pongOwedSince() ?? Number.POSITIVE_INFINITY) < owedBefore,
    );
    for (const socket of late) socket.close(1008, 'pong timeout');
    return late.length;
  }

  /** Closes with any code; 1006 cuts without a close frame. Default 1000. */
  close(code = 1000, reason = ''): void {
    for (const socket of this.#each()) socket.close(code, reason);
  }

  /** Cuts every connection in the middle of a frame. */
  cutMidFrame(): void {
    for (const socket of this.#each()) socket.cutMidFrame();
  }

  /** Turns the open sockets into zombies, silent ones, or honest ones again. */
  setMood(mood: SocketMood): void {
    for (const socket of this.#each()) socket.setMood(mood);
  }

  /** Bytes that the slowest client has not taken yet. */
  bufferedBytes(): number {
    return Math.max(0, ...this.#each().map((socket) => socket.bufferedBytes));
  }

  /** Resolves when `count` sockets are open. */
  async untilOpen(count: number): Promise<void> {
    await this.#until(() => (this.#sockets.size === count ? true : undefined));
  }

  /** Resolves with the next text that satisfies, or one that came already. */
  untilReceived(satisfies: (text: string) => boolean): Promise<string> {
    return this.#until(() => this.#received.find(satisfies));
  }

  /** For the server: takes in a socket that was accepted. */
  adopt(
    socket: WebSocket,
    raw: Duplex,
    { token, mood }: { readonly token: string; readonly mood: SocketMood },
  ): ServedSocket {
    this.#accepted += 1;
    const id = this.#accepted;
    const onFrame = (text: string) => this.#keep(text);
    const served = new ServedSocket({ id, token, socket, raw, now: this.#now, onFrame });
    this.#sockets.set(id, served);
    socket.once('close', () => {
      this.#sockets.delete(id);
      this.#wake();
    });
    served.setMood(mood);
    this.#wake();
    return served;
  }

  /** For the server: counts a handshake that was refused. */
  countRefusal(): void {
    this.#refused += 1;
  }

  /** For the server: closes the sockets that came with this token (4401). */
  closeToken(token: string): void {
    const holders = this.#each().filter((socket) => socket.info.token === token);
    for (const socket of holders) socket.close(TOKEN_REFUSED, 'token refused');
  }

  /** The open sockets as they are now: what is done to one may close it. */
  #each(): ServedSocket[] {
    return [...this.#sockets.values()];
  }

  #send(frames: readonly string[]): void {
    for (const frame of frames) this.sendRaw(frame);
  }

  #keep(text: string): void {
    this.#received.push(text);
    if (this.#received.length > RECEIVED_LIMIT) this.#received.shift();
    this.#wake();
  }

  #wake(): void {
    for (const check of [...this.#waiters]) check();
  }

  /** Resolves with what `find` answers as soon as that is not undefined; it is asked at every change. */
  #until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        this.#waiters.delete(check);
        resolve(found);
      };
      this.#waiters.add(check);
      check();
    });
  }
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
