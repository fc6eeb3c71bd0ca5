import { AtomSyncError } from '#core/errors.ts';
import type { Ending } from '#core/feed/feed-socket.ts';
import { type FeedReport, FeedStatus } from '#core/feed/feed-state.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import { describeEnding } from './close-codes.ts';
import type { Connection, ConnectionEvents } from './connection.ts';
import { createFailureCount } from './count-failures.ts';

/** Which states may follow which. `enter` keeps to it, and so does the diagram in docs/realtime-feed.md. */
export const TRANSITIONS: Readonly<Record<FeedStatus, readonly FeedStatus[]>> = {
  idle: ['connecting', 'disabled'],
  connecting: ['open', 'connecting', 'waiting', 'polling_only', 'disabled', 'idle'],
  open: ['connecting', 'waiting', 'polling_only', 'draining', 'idle'],
  draining: ['connecting', 'disabled', 'idle'],
  waiting: ['connecting', 'disabled', 'idle'],
  polling_only: ['connecting', 'disabled', 'idle'],
  disabled: ['connecting', 'idle'],
};

const NORMAL_CLOSURE = 1000;

export type SessionTiming = {
  /** A token, a handshake: longer than this none of it takes. Default 30 s. */
  readonly connectWithinMs?: number;
  /**
   * A connection that lasted so long has proved itself: failures before it are forgotten. Default one minute: a server
   * that closes each one after some seconds meets growing waits, and rest in the end.
   */
  readonly stableMs?: number;
  /** How long only polling goes on once the attempts are used up. Default one hour. */
  readonly restMs?: number;
};

const TIMING = { connectWithinMs: 30_000, stableMs: 60_000, restMs: 3_600_000 };

export type SessionDeps = {
  readonly connect: (token: string, events: ConnectionEvents) => Connection;
  readonly token: TokenSource;
  /** How often it is tried again before the feed rests. */
  readonly maxAttempts: number;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  readonly timing?: SessionTiming;
  readonly events: Pick<ConnectionEvents, 'update' | 'refused'> & {
    /** A socket is open: what happened before has to be polled. */
    opened(): void;
  };
};

/** What of the feed's report the session knows. */
export type SessionReport = Pick<
  FeedReport,
  | 'status'
  | 'connected'
  | 'reconnectAttempts'
  | 'consecutiveFailures'
  | 'fallbackToPolling'
  | 'lastConnectedAt'
  | 'disconnectReason'
> & {
  /** Sockets opened after the first one of this session. */
  readonly reconnects: number;
};

/**
 * The feed's session: the states of `FeedStatus` and what leads from one to the next. It holds one socket at most.
 * Every method may be called in every state.
 */
export type Session = {
  report(): SessionReport;
  /** Leaves `idle`. */
  start(isEnabled: boolean): void;
  /** Closes the socket, or ends the wait, and connects anew. */
  reconnect(): void;
  disable(): void;
  enable(): void;
  /** Cuts the socket at once: somebody else may hold the lease. */
  suspend(reason: string): void;
  /** Closes the socket in order (1000). Resolves when there is none any more. */
  stop(): Promise<void>;
  /** Whether the socket is read. Holds for the sockets to come, too. */
  setPaused(isPaused: boolean): void;
};

/** Makes a session in `idle`. */
export function createSession(deps: SessionDeps): Session {
  const { connectWithinMs, stableMs, restMs } = { ...TIMING, ...deps.timing };
  const count = createFailureCount({ ...deps, restMs });
  let status: FeedStatus = FeedStatus.idle;
  let connection: Connection | undefined;
  let timer: AbortController | undefined;
  let attempt = 0;
  let isPaused = false;
  let afterDrain: 'connect' | 'disable' | 'stop' = 'stop';
  let onIdle: (() => void)[] = [];
  let opened = 0;
  let lastConnectedAt: number | undefined;
  let disconnectReason: string | undefined;

  const enter = (next: FeedStatus) => {
    if (!TRANSITIONS[status].includes(next)) throw new Error(`The feed can't go from ${status} to ${next}.`);
    timer?.abort();
    timer = undefined;
    status = next;
    if (next !== FeedStatus.idle) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };
  /** The one timer of the present state; leaving the state ends it. */
  const after = (ms: number, then: () => void) => {
    const own = new AbortController();
    timer = own;
    deps.sleep(ms, own.signal).then(
      () => {
        if (timer === own) then();
      },
      () => undefined,
    );
  };
  /** Ends the socket without listening to it any more. */
  const drop = () => {
    const dropped = connection;
    connection = undefined;
    dropped?.terminate({ kind: 'ours' });
  };

  const connect = () => {
    enter(FeedStatus.connecting);
    attempt += 1;
    const own = attempt;
    const isStale = () => status !== FeedStatus.connecting || own !== attempt;
    after(connectWithinMs, () => {
      drop();
      lose({ kind: 'unreachable', cause: 'timeout' });
    });
    deps.token({ renew: count.attempt().renewToken }).then(
      (token) => {
        if (!isStale()) open(token);
      },
      (error: unknown) => {
        if (!isStale()) lose({ kind: 'unreachable', cause: codeOf(error) });
      },
    );
  };
  const open = (token: string) => {
    const own = deps.connect(token, {
      opened: () => {
        if (connection === own) welcome(own);
      },
      update: (update, frame) => {
        if (connection === own) deps.events.update(update, frame);
      },
      refused: (reason, frame) => {
        if (connection === own) deps.events.refused(reason, frame);
      },
      ended: (ending) => {
        if (connection !== own) return;
        connection = undefined;
        if (status === FeedStatus.draining) drained();
        else lose(ending);
      },
    });
    connection = own;
  };
  const welcome = (own: Connection) => {
    enter(FeedStatus.open);
    opened += 1;
    count.opened();
    lastConnectedAt = deps.now();
    if (isPaused) own.pause();
    deps.log.info('the feed is connected', { opened });
    after(stableMs, count.lasted);
    deps.events.opened();
  };

  const lose = (ending: Ending) => {
    disconnectReason = describeEnding(ending);
    const next = count.failed(ending);
    deps.log.warn('the feed is not connected', { reason: disconnectReason, next, ...count.report() });
    if (next.kind === 'connect') return connect();
    if (next.kind === 'wait') {
      enter(FeedStatus.waiting);
      return after(next.ms, connect);
    }
    enter(FeedStatus.pollingOnly);
    after(restMs, startAnew);
  };
  const startAnew = () => {
    count.startAnew();
    connect();
  };

  const drain = (next: typeof afterDrain, reason: string) => {
    disconnectReason = reason;
    enter(FeedStatus.draining);
    afterDrain = next;
    connection?.close(NORMAL_CLOSURE);
  };
  const drained = () => {
    if (afterDrain === 'connect') startAnew();
    else enter(afterDrain === 'disable' ? FeedStatus.disabled : FeedStatus.idle);
  };
  const leave = (next: typeof FeedStatus.idle | typeof FeedStatus.disabled, reason: string) => {
    if (status === next) return;
    if (connection !== undefined) disconnectReason = reason;
    drop();
    enter(next);
  };

  return {
    report: () => ({
      status,
      connected: status === FeedStatus.open,
      ...count.report(),
      lastConnectedAt,
      disconnectReason,
      reconnects: Math.max(0, opened - 1),
    }),
    start: (isEnabled) => {
      if (status !== FeedStatus.idle) return;
      if (isEnabled) connect();
      else enter(FeedStatus.disabled);
    },
    reconnect: () => {
      if (status === FeedStatus.open) drain('connect', 'an operator asked for a new connection');
      else if (status === FeedStatus.waiting || status === FeedStatus.pollingOnly) startAnew();
    },
    disable: () => {
      const reason = 'disabled by an operator';
      if (status === FeedStatus.open) drain('disable', reason);
      else if (status !== FeedStatus.draining) leave(FeedStatus.disabled, reason);
      else if (afterDrain !== 'stop') afterDrain = 'disable';
    },
    enable: () => {
      if (status === FeedStatus.disabled) startAnew();
      else if (status === FeedStatus.draining && afterDrain === 'disable') afterDrain = 'connect';
    },
    suspend: (reason) => leave(FeedStatus.idle, reason),
    stop: () => {
      const isIdle = new Promise<void>((resolve) => {
        onIdle.push(resolve);
      });
      if (status === FeedStatus.open) drain('stop', 'the task was stopped');
      else if (status === FeedStatus.draining) afterDrain = 'stop';
      else leaveOrStay();
      return isIdle;
    },
    setPaused: (wanted) => {
      if (wanted === isPaused) return;
      isPaused = wanted;
      if (status !== FeedStatus.open) return;
      if (wanted) connection?.pause();
      else connection?.resume();
    },
  };

  function leaveOrStay() {
    if (status !== FeedStatus.idle) return leave(FeedStatus.idle, 'the task was stopped');
    for (const resolve of onIdle) resolve();
    onIdle = [];
  }
}

function codeOf(error: unknown): string {
  return error instanceof AtomSyncError ? error.code : 'unknown';
}
