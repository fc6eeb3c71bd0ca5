import type { Ending, FeedSocket, OpenSocket, RawFrame } from '#core/feed/feed-socket.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { type FeedUpdate, readFrame } from './read-frame.ts';

/** What a connection tells. `ended` comes exactly once, and nothing after it. */
export type ConnectionEvents = {
  opened(): void;
  update(update: FeedUpdate, frame: RawFrame): void;
  refused(reason: string, frame: RawFrame): void;
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

export type ConnectionTiming = {
  /** A ping so often. */
  readonly heartbeatMs: number;
  /** Within so much time something has to come, else the socket is a zombie. Default 10 s. */
  readonly pongWithinMs?: number;
  /** How long the other side has for its part of the closing handshake. Default 3 s. */
  readonly closeWithinMs?: number;
};

export type ConnectionDeps = {
  readonly openSocket: OpenSocket;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly timing: ConnectionTiming;
};

const PONG_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 3_000;

/**
 * Opens a connection. All that it knows (what was pinged, what came) and every timer dies with it: a ping that
 * stayed without an answer must never count against the socket after it.
 */
export function openConnection(deps: ConnectionDeps, token: string, events: ConnectionEvents): Connection {
  const life = new AbortController();
  const pulse: Pulse = { heard: 0, pauses: 0, isPaused: false };
  let isClosing = false;

  const end = (ending: Ending) => {
    if (life.signal.aborted) return;
    life.abort();
    events.ended(ending);
  };
  const terminate = (ending: Ending) => {
    if (life.signal.aborted) return;
    socket.terminate();
    end(ending);
  };
  const take = (frame: RawFrame) => {
    const read = readFrame(frame);
    if (read.kind === 'ping') socket.send(signal('pong', deps.now()));
    else if (read.kind === 'update') events.update(read.update, frame);
    else if (read.kind === 'refused') events.refused(read.reason, frame);
  };
  const socket: FeedSocket = deps.openSocket(token, {
    opened: () => {
      if (life.signal.aborted) return;
      events.opened();
      void keepAlive(deps, socket, pulse, life.signal).then((isDead) => {
        if (isDead) terminate({ kind: 'zombie' });
      });
    },
    frame: (frame) => {
      pulse.heard += 1;
      if (!life.signal.aborted && !isClosing) take(frame);
    },
    alive: () => {
      pulse.heard += 1;
    },
    ended: end,
  });

  return {
    pause: () => {
      pulse.isPaused = true;
      pulse.pauses += 1;
      socket.pause();
    },
    resume: () => {
      pulse.isPaused = false;
      socket.resume();
    },
    close: (code) => {
      if (isClosing || life.signal.aborted) return;
      isClosing = true;
      // The other side's close frame has to be read.
      socket.resume();
      socket.close(code);
      const { closeWithinMs = CLOSE_WITHIN_MS } = deps.timing;
      void slept(deps.sleep(closeWithinMs, life.signal)).then((isOver) => {
        if (isOver) terminate({ kind: 'ours' });
      });
    },
    terminate,
  };
}

/** What the heartbeat goes by. Counts, not times: a clock that jumps must not kill a connection. */
type Pulse = { heard: number; pauses: number; isPaused: boolean };

/**
 * Pings until the connection ends. Anything that comes is a sign of life. A socket that we have paused can show
 * none, so it is not judged.
 *
 * @returns true when the other side is dead; false when the connection ended otherwise
 */
async function keepAlive(
  { sleep, now, timing }: ConnectionDeps,
  socket: FeedSocket,
  pulse: Pulse,
  signalOfEnd: AbortSignal,
): Promise<boolean> {
  const { heartbeatMs, pongWithinMs = PONG_WITHIN_MS } = timing;
  let pauseMs = heartbeatMs;
  for (;;) {
    if (!(await slept(sleep(pauseMs, signalOfEnd)))) return false;
    const { heard, pauses } = pulse;
    socket.send(signal('ping', now()));
    // In two parts: after a standstill of the whole process the first one is over at once, while the pong
    // still waits to be read.
    for (const part of [0.9, 0.1]) {
      if (!(await slept(sleep(pongWithinMs * part, signalOfEnd)))) return false;
    }
    if (pulse.heard === heard && pulse.pauses === pauses && !pulse.isPaused) return true;
    pauseMs = Math.max(0, heartbeatMs - pongWithinMs);
  }
}

/** True when the time passed, false when it was cut short. */
function slept(sleep: Promise<void>): Promise<boolean> {
  return sleep.then(
    () => true,
    () => false,
  );
}

function signal(type: 'ping' | 'pong', nowMs: number): string {
  return JSON.stringify({ type, timestamp: isoFromMs(nowMs) });
}
