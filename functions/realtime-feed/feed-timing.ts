import { FEED_LEASE_MS } from '#core/feed/feed-state.ts';

/** Every duration of the feed that is not a setting. Milliseconds. */
export type FeedTiming = {
  /** Connection: anything has to arrive within this after a ping, or the socket is a zombie. */
  readonly pongWithinMs: number;
  /** Connection: the time the server has for its part of the closing handshake. */
  readonly closeWithinMs: number;
  /** Session: the time that reading the token, the handshake and the upgrade may take together. */
  readonly connectWithinMs: number;
  /** Session: a connection that lasted this long is stable: the failures before it are forgotten. */
  readonly stableMs: number;
  /** Session: how long the feed leaves the work to the polls once its attempts are used up. */
  readonly restMs: number;
  /** Session: the same where no token was put in yet. */
  readonly tokenRestMs: number;
  /** Session and write buffer: the shortest wait that the jitter of a backoff may come to. */
  readonly leastBackoffMs: number;
  /** Write buffer: the wait after the first failed write; it doubles from one failure in a row to the next. */
  readonly writeRetryMs: number;
  /** Write buffer: where that doubling ends. */
  readonly longestWriteRetryMs: number;
  /** Rejected frames: the wait before the next attempt while they can't be stored. */
  readonly rejectionRetryMs: number;
  /** Lease: how long it lasts without a renewal. */
  readonly leaseMs: number;
  /** Lease: how long before its end the holder stops relying on it, and cuts the socket. */
  readonly leaseMarginMs: number;
  /** Lease: the interval between two renewals, at most. */
  readonly renewMs: number;
  /** Lease: the interval between two writes of a report that has changed, at least. */
  readonly reportMs: number;
  /** Lease: the interval at which an operator's wishes are read. */
  readonly controlMs: number;
  /** Lease: the interval at which the loop checks what is due. */
  readonly tickMs: number;
  /** Lease: the interval at which a task that waits for the lease asks for it. */
  readonly acquireMs: number;
  /** Catch-up: the interval at which the record of a run is read. */
  readonly runPollMs: number;
  /** Catch-up: how long a run that was invoked may take until it has a record. */
  readonly runStartsWithinMs: number;
  /** Catch-up: how long a run that is under way may block another. */
  readonly runBlocksForMs: number;
  /** Catch-up: the wait after the first failed invocation; it doubles from one failure in a row to the next. */
  readonly invokeRetryMs: number;
  /** Catch-up: where that doubling ends. */
  readonly longestInvokeRetryMs: number;
  /** Catch-up: the average interval between two, though two may follow each other at once. */
  readonly catchUpEveryMs: number;
  /** Catch-up: a sync that ended this long ago at most replaces the first catch-up of a task. */
  readonly freshSyncMs: number;
  /** Gathering: the interval at which it is looked for syncs that have stored what is held. */
  readonly syncWatchMs: number;
  /** Task: the interval at which the metrics are published. */
  readonly publishMs: number;
  /** Shutdown: the time for the closing handshake and for what is still to be written. */
  readonly drainMs: number;
  /** Shutdown: the time for giving the lease back, after that. */
  readonly releaseMs: number;
};

/** The durations of production, each with its source or its reason. */
export const FEED_TIMING = {
  // The contract: either side expects a pong within 10 s.
  pongWithinMs: 10_000,
  // One round trip, many times over; the shutdown waits for it.
  closeWithinMs: 3_000,
  // Three times the handshake's own limit (10 s, the socket adapter), for the secret and a slow network beside it.
  connectWithinMs: 30_000,
  // A server that closes every connection after some seconds meets growing waits, and rest in the end (ADR 0039).
  stableMs: 60_000,
  // A wrong address or a missing right is not put right within seconds, and the polls lose nothing meanwhile.
  restMs: 3_600_000,
  // As long as a token that was read is kept: whoever has just put one in waits for the feed.
  tokenRestMs: 300_000,
  // A server that has just refused would else be hit again in the same millisecond.
  leastBackoffMs: 100,
  // The contract's first delay.
  writeRetryMs: 1_000,
  // A table that is back should not be left waiting.
  longestWriteRetryMs: 8_000,
  // Rejected frames are for the operator to read: nothing waits for them.
  rejectionRetryMs: 5_000,
  // Shared with the API, which reports by it whether any task is connected.
  leaseMs: FEED_LEASE_MS,
  // The socket is gone before anybody else can be connected.
  leaseMarginMs: 5_000,
  // Two attempts fall within the 25 s that the holder relies on a lease.
  renewMs: 10_000,
  // One small write: 12 a minute at the most, while messages arrive.
  reportMs: 5_000,
  // An operator's wish is obeyed within 10 s.
  controlMs: 4_000,
  // The intervals above are multiples of it.
  tickMs: 1_000,
  // A deployment's new task is connected within 3 s of the old one's release.
  acquireMs: 3_000,
  // A sync takes seconds to minutes.
  runPollMs: 5_000,
  // A cold start takes seconds; Lambda repeats an asynchronous invocation that failed after a minute.
  runStartsWithinMs: 120_000,
  // Longer than any invocation, which has 15 minutes.
  runBlocksForMs: 1_200_000,
  // Soon at first, then as rarely as catch-ups begin anyway.
  invokeRetryMs: 15_000,
  longestInvokeRetryMs: 300_000,
  // A full listing of 5,000 skills is 50 of the marketplace's 100 requests a minute (ADR 0039).
  catchUpEveryMs: 300_000,
  // A deployment starts a sync itself, and its task within two minutes of it (ADR 0039).
  freshSyncMs: 120_000,
  // Well within the fifth of a gathering that is waited for a sync; 3 cents a month of reads.
  syncWatchMs: 30_000,
  // The resolution of the metrics.
  publishMs: 60_000,
  // Together 17 s: between SIGTERM and SIGKILL a container has 30 s, a local task 20 s.
  drainMs: 14_000,
  releaseMs: 3_000,
} as const satisfies FeedTiming;
