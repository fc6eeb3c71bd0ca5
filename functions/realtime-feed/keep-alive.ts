import type { Sleep } from '#core/time/clock.ts';
import type { FeedTiming } from './feed-timing.ts';

/**
 * What a heartbeat goes by: the signs of life of a connection. Counts, not times: a clock that jumps must not end a
 * connection.
 */
export type Pulse = {
  /** Everything that has arrived. */
  heard: number;
  /** How often we have paused the socket, and whether we do now. */
  pauses: number;
  isPaused: boolean;
};

export type KeepAliveDeps = {
  /** Sends a ping. */
  readonly ping: () => void;
  readonly sleep: Sleep;
  readonly timing: Pick<FeedTiming, 'pongWithinMs'> & {
    /** The interval between two pings. */
    readonly heartbeatMs: number;
  };
};

/**
 * The wait for a pong is slept in two parts: after a standstill of the whole process the first one is over at once,
 * while the pong still waits to be read.
 */
const PARTS_OF_WAIT = [0.9, 0.1];

/**
 * Pings until the connection ends. Anything that arrives is a sign of life. A socket that we have paused meanwhile can
 * show none, so it is left alone.
 *
 * @param ended aborts when the connection ends
 * @returns true when the other side is dead; false when the connection has ended
 */
export async function keepAlive(deps: KeepAliveDeps, pulse: Pulse, ended: AbortSignal): Promise<boolean> {
  const { heartbeatMs, pongWithinMs } = deps.timing;
  let pauseMs = heartbeatMs;
  for (;;) {
    if (!(await isOver(deps.sleep(pauseMs, ended)))) return false;
    const { heard, pauses } = pulse;
    deps.ping();
    for (const part of PARTS_OF_WAIT) {
      if (!(await isOver(deps.sleep(pongWithinMs * part, ended)))) return false;
    }
    if (pulse.heard === heard && pulse.pauses === pauses && !pulse.isPaused) return true;
    pauseMs = Math.max(0, heartbeatMs - pongWithinMs);
  }
}

/** True when a sleep has ended by itself, false when its signal has cut it short. */
export function isOver(sleep: Promise<void>): Promise<boolean> {
  return sleep.then(
    () => true,
    () => false,
  );
}
