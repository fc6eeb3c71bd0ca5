import type { Ending, FeedSocket, OpenSocket, RawFrame } from '#core/feed/feed-socket.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { isoFromMs } from '#core/time/instant.ts';
import type { FeedTiming } from './feed-timing.ts';
import { isOver, type KeepAliveDeps, keepAlive, type Pulse } from './keep-alive.ts';
import { type FeedUpdate, readFrame } from './read-frame.ts';

/** What a connection tells. `ended` comes exactly once, and nothing after it. */
export type ConnectionEvents = {
  opened(): void;
  update(update: FeedUpdate, frame: RawFrame): void;
  rejected(reason: string, frame: RawFrame): void;
  ended(ending: Ending): void;
};

/** One connection to the feed, from the handshake to its end. */
export type Connection = {
  pause(): void;
  resume(): void;
  /** Closes it in order. What still comes meanwhile is left to the next catch-up. */
  close(code: number): void;
  /** Cuts it; `ended` is told before this returns. */
  terminate(ending: Ending): void;
};

export type ConnectionDeps = {
  readonly openSocket: OpenSocket;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly timing: KeepAliveDeps['timing'] & Pick<FeedTiming, 'closeWithinMs'>;
};

/**
 * Opens a connection. All that it knows (what was pinged, what came) and every timer ends with it: a ping that
 * stayed without an answer must never count against the socket after it.
 */
export function openConnection(deps: ConnectionDeps, token: string, events: ConnectionEvents): Connection {
  return new SocketConnection(deps, token, events);
}

class SocketConnection implements Connection {
  readonly #deps: ConnectionDeps;
  readonly #events: ConnectionEvents;
  readonly #socket: FeedSocket;
  readonly #ended = new AbortController();
  readonly #pulse: Pulse = { heard: 0, pauses: 0, isPaused: false };
  #isClosing = false;

  constructor(deps: ConnectionDeps, token: string, events: ConnectionEvents) {
    this.#deps = deps;
    this.#events = events;
    this.#socket = deps.openSocket(token, {
      opened: () => this.#open(),
      frame: (frame) => this.#take(frame),
      alive: () => {
        this.#pulse.heard += 1;
      },
      ended: (ending) => this.#end(ending),
    });
  }

  pause(): void {
    this.#pulse.isPaused = true;
    this.#pulse.pauses += 1;
    this.#socket.pause();
  }

  resume(): void {
    this.#pulse.isPaused = false;
    this.#socket.resume();
  }

  close(code: number): void {
    if (this.#isClosing || this.#hasEnded) return;
    this.#isClosing = true;
    // The other side's close frame has to be read.
    this.#socket.resume();
    this.#socket.close(code);
    const { sleep, timing } = this.#deps;
    void isOver(sleep(timing.closeWithinMs, this.#ended.signal)).then((isLate) => {
      if (isLate) this.terminate({ kind: 'ours' });
    });
  }

  terminate(ending: Ending): void {
    if (this.#hasEnded) return;
    this.#socket.terminate();
    this.#end(ending);
  }

  get #hasEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  #open(): void {
    if (this.#hasEnded) return;
    this.#events.opened();
    const { sleep, timing } = this.#deps;
    const ping = () => this.#signal('ping');
    void keepAlive({ sleep, timing, ping }, this.#pulse, this.#ended.signal).then((isDead) => {
      if (isDead) this.terminate({ kind: 'zombie' });
    });
  }

  #take(frame: RawFrame): void {
    this.#pulse.heard += 1;
    if (this.#hasEnded || this.#isClosing) return;
    const read = readFrame(frame);
    if (read.kind === 'update') this.#events.update(read.update, frame);
    else if (read.kind === 'ping') this.#signal('pong');
    else if (read.kind === 'rejected') this.#events.rejected(read.reason, frame);
  }

  #signal(type: 'ping' | 'pong'): void {
    this.#socket.send(JSON.stringify({ type, timestamp: isoFromMs(this.#deps.now()) }));
  }

  #end(ending: Ending): void {
    if (this.#hasEnded) return;
    this.#ended.abort();
    this.#events.ended(ending);
  }
}
