import type { ConflictEffect } from '#core/conflicts/decide-edit.ts';
import type { FeedMessageType, FeedReport } from '#core/feed/feed-state.ts';
import type { Random } from '#core/time/clock.ts';

/** What of the feed's report counts since the table exists, and what a minute's metrics are made of. */
export type FeedTotals = Pick<
  FeedReport,
  'reconnectsTotal' | 'messagesTotal' | 'rejectedTotal' | 'lastMessageAt'
>;

/** What happened since the metrics were published last. */
export type FeedMinute = {
  readonly reconnects: number;
  readonly messages: number;
  readonly rejected: number;
  /** Conflicts with local edits that what came began, and that it ended. */
  readonly conflictsDetected: number;
  readonly conflictsResolved: number;
  /** Milliseconds from arrival to stored: all, or a fair sample of as many as one metric takes. */
  readonly latenciesMs: readonly number[];
};

/** Counts what comes over the feed. */
export type FrameCounter = {
  message(type: FeedMessageType, at: number): void;
  rejected(at: number): void;
  reconnected(): void;
  stored(latencyMs: number): void;
  conflict(effect: ConflictEffect): void;
  /** Counts on from what another task has reported. */
  goOnFrom(report: FeedReport | undefined): void;
  totals(): FeedTotals;
  /** What has happened since the last call. */
  takeMinute(): FeedMinute;
};

/** One less than CloudWatch takes for a metric of one line: with the last one Powertools would start another. */
const MAX_LATENCIES = 99;
const NOTHING = { skill_update: 0, category_update: 0, rating_update: 0, skill_delete: 0 };

/** Makes a counter at zero. */
export function createFrameCounter(random: Random): FrameCounter {
  let messagesTotal: Record<FeedMessageType, number> = { ...NOTHING };
  let rejectedTotal = 0;
  let reconnectsTotal = 0;
  let lastMessageAt: number | undefined;
  let minute = emptyMinute();

  return {
    message: (type, at) => {
      messagesTotal[type] += 1;
      minute.messages += 1;
      lastMessageAt = at;
    },
    rejected: (at) => {
      rejectedTotal += 1;
      minute.rejected += 1;
      lastMessageAt = at;
    },
    reconnected: () => {
      reconnectsTotal += 1;
      minute.reconnects += 1;
    },
    stored: (latencyMs) => {
      minute.stored += 1;
      if (minute.latenciesMs.length < MAX_LATENCIES) minute.latenciesMs.push(latencyMs);
      else {
        // Reservoir sampling: each of the minute's values is in it with the same chance.
        const place = Math.floor(random() * minute.stored);
        if (place < MAX_LATENCIES) minute.latenciesMs[place] = latencyMs;
      }
    },
    conflict: ({ detected, end }) => {
      if (detected) minute.conflictsDetected += 1;
      if (end !== undefined) minute.conflictsResolved += 1;
    },
    goOnFrom: (report) => {
      messagesTotal = { ...NOTHING, ...report?.messagesTotal };
      rejectedTotal = report?.rejectedTotal ?? 0;
      reconnectsTotal = report?.reconnectsTotal ?? 0;
      lastMessageAt = report?.lastMessageAt;
    },
    totals: () => ({ reconnectsTotal, messagesTotal: { ...messagesTotal }, rejectedTotal, lastMessageAt }),
    takeMinute: () => {
      const { stored: _count, ...taken } = minute;
      minute = emptyMinute();
      return taken;
    },
  };
}

function emptyMinute() {
  const frames = { reconnects: 0, messages: 0, rejected: 0, stored: 0, latenciesMs: [] as number[] };
  return { ...frames, conflictsDetected: 0, conflictsResolved: 0 };
}
