import type { Now } from '#core/time/clock.ts';
import { isStillOn } from '#core/time/wrong-clock.ts';
import type { GatherReport } from './gather-changes.ts';
import type { WriteBudget } from './write-budget.ts';

/**
 * What the system knows of its real-time feed, kept in the table so that the API and the next task see it, and what
 * an operator has asked of it.
 */

/** How long a task holds the feed without renewing its lease. */
export const FEED_LEASE_MS = 30_000;

/** Where the feed's session is. `polling_only`: attempts are used up, it is quiet for an hour. */
export const FeedStatus = {
  idle: 'idle',
  connecting: 'connecting',
  open: 'open',
  draining: 'draining',
  waiting: 'waiting',
  pollingOnly: 'polling_only',
  disabled: 'disabled',
} as const;
export type FeedStatus = (typeof FeedStatus)[keyof typeof FeedStatus];

/** The kinds of frames that carry data; counted by these names. */
export const FEED_MESSAGE_TYPES = [
  'skill_update',
  'category_update',
  'rating_update',
  'skill_delete',
] as const;
export type FeedMessageType = (typeof FEED_MESSAGE_TYPES)[number];

/** The feed as its task reports it. Times are milliseconds since 1970. */
export type FeedReport = {
  readonly status: FeedStatus;
  readonly connected: boolean;
  readonly lastConnectedAt?: number;
  readonly lastMessageAt?: number;
  /** Attempts since the socket was open last. */
  readonly reconnectAttempts: number;
  /** Failures in a row; three make `fallbackToPolling`. */
  readonly consecutiveFailures: number;
  readonly fallbackToPolling: boolean;
  readonly disconnectReason?: string;
  readonly lastCatchUpAt?: number;
  /** Since the table exists: what Prometheus counts. */
  readonly reconnectsTotal: number;
  readonly messagesTotal: Readonly<Record<FeedMessageType, number>>;
  readonly rejectedTotal: number;
  /** Seconds in which the polls alone kept the cache fresh, added once a minute. */
  readonly fallbackSecondsTotal: number;
  /** Undefined while changes are written as they come. */
  readonly gathering?: GatherReport;
  /** What may be written as it comes, for the next task to go on with. */
  readonly writeBudget?: WriteBudget;
};

/** What an operator asked for. `reconnectRequestedAt` is obeyed once, by whoever sees that it changed. */
export type FeedControl = { readonly enabled: boolean; readonly reconnectRequestedAt?: number };

/** Everything that is stored of the feed. `report` is undefined until a task has run. */
export type FeedState = {
  readonly report: FeedReport | undefined;
  readonly reportedAt: number | undefined;
  /** Until when the task that reported holds the feed; {@link isHeld} says what it is worth. */
  readonly leaseUntil: number | undefined;
  readonly control: FeedControl;
};

/** Proof of being the one task that may be connected. */
export type FeedLease = { readonly holder: string; readonly fence: number };

export type FeedStore = {
  /** One point read. */
  read(): Promise<FeedState>;
  /**
   * Takes the lease if nobody holds it now. Undefined: another task does. One that lasts longer than any lease is
   * from a wrong clock (`wrong-clock.ts`) and held by nobody.
   */
  acquire(holder: string, now: number, leaseMs: number): Promise<FeedLease | undefined>;
  /** Extends the lease and, where there is one, stores the report, in one write. @throws LeaseLostError */
  renew(lease: FeedLease, now: number, leaseMs: number, report?: FeedReport): Promise<void>;
  /** Gives the lease back with a last report. One that is lost already is no error. */
  release(lease: FeedLease, now: number, report: FeedReport): Promise<void>;
  /** Remembers what an operator asked for; what is not given stays as it was. */
  control(change: Partial<FeedControl>): Promise<void>;
};

/** Whether a task holds the feed, as far as can be known. */
export function isHeld({ leaseUntil }: Pick<FeedState, 'leaseUntil'>, nowMs: ReturnType<Now>): boolean {
  return isStillOn(leaseUntil, nowMs, FEED_LEASE_MS);
}

/**
 * Whether the feed is connected as far as can be known: its last report says so and its lease has not run out. A
 * task that died reported `connected` last.
 */
export function isConnected(state: FeedState, nowMs: ReturnType<Now>): boolean {
  return state.report?.connected === true && isHeld(state, nowMs);
}
