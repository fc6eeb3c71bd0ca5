import type { ConflictEffect } from '#core/conflicts/decide-edit.ts';
import type { FeedMessageType, FeedReport } from '#core/feed/feed-state.ts';
import type { Random } from '#core/time/clock.ts';

/** What of the feed's report counts since the table exists, and what a minute's metrics are made of. */
export type FeedTotals = Pick<
  FeedReport,
  'reconnectsTotal' | 'messagesTotal' | 'rejectedTotal' | 'fallbackSecondsTotal' | 'lastMessageAt'
>;

/** What happened since the metrics were published last. */
export type FeedMinute = {
  readonly reconnects: number;
  readonly messages: number;
  readonly rejected: number;
  /** Conflicts with local edits that what came began, and that it ended. */
  readonly conflictsDetected: number;
  readonly conflictsResolved: number;
  /** Whole seconds in which the feed left the work to the polls. */
  readonly fallbackSeconds: number;
  /** Milliseconds from arrival to stored: all, or a fair sample of as many as one metric takes. */
  readonly latenciesMs: readonly number[];
};

/** One less than CloudWatch takes for a metric of one line: with the last one Powertools would start another. */
const MAX_LATENCIES = 99;
const NO_MESSAGES = { skill_update: 0, category_update: 0, rating_update: 0, skill_delete: 0 };

/** Counts what comes over the feed. */
export class FrameCounter {
  readonly #random: Random;
  #messagesTotal: Record<FeedMessageType, number> = { ...NO_MESSAGES };
  #rejectedTotal = 0;
  #reconnectsTotal = 0;
  #fallbackSecondsTotal = 0;
  /** Since the last whole second that was counted. */
  #fallbackMs = 0;
  #lastMessageAt: number | undefined;
  #minute = emptyMinute();

  /** @param random draws the sample of the latencies */
  constructor(random: Random) {
    this.#random = random;
  }

  message(type: FeedMessageType, at: number): void {
    this.#messagesTotal[type] += 1;
    this.#minute.messages += 1;
    this.#lastMessageAt = at;
  }

  rejected(at: number): void {
    this.#rejectedTotal += 1;
    this.#minute.rejected += 1;
    this.#lastMessageAt = at;
  }

  reconnected(): void {
    this.#reconnectsTotal += 1;
    this.#minute.reconnects += 1;
  }

  /** By reservoir sampling: each of the minute's latencies is in the sample with the same chance. */
  stored(latencyMs: number): void {
    const { latenciesMs } = this.#minute;
    this.#minute.stored += 1;
    if (latenciesMs.length < MAX_LATENCIES) {
      latenciesMs.push(latencyMs);
      return;
    }
    const index = Math.floor(this.#random() * this.#minute.stored);
    if (index < MAX_LATENCIES) latenciesMs[index] = latencyMs;
  }

  conflict({ detected, end }: ConflictEffect): void {
    if (detected) this.#minute.conflictsDetected += 1;
    if (end !== undefined) this.#minute.conflictsResolved += 1;
  }

  /** So much time was spent in the fallback to polling. */
  fellBack(ms: number): void {
    this.#fallbackMs += ms;
  }

  /** Continues the totals that another task has reported. */
  continueFrom(report: FeedReport | undefined): void {
    this.#messagesTotal = { ...NO_MESSAGES, ...report?.messagesTotal };
    this.#rejectedTotal = report?.rejectedTotal ?? 0;
    this.#reconnectsTotal = report?.reconnectsTotal ?? 0;
    this.#fallbackSecondsTotal = report?.fallbackSecondsTotal ?? 0;
    this.#lastMessageAt = report?.lastMessageAt;
  }

  totals(): FeedTotals {
    return {
      reconnectsTotal: this.#reconnectsTotal,
      messagesTotal: { ...this.#messagesTotal },
      rejectedTotal: this.#rejectedTotal,
      fallbackSecondsTotal: this.#fallbackSecondsTotal,
      lastMessageAt: this.#lastMessageAt,
    };
  }

  /** What has happened since the last call. */
  takeMinute(): FeedMinute {
    const { stored: _count, ...taken } = this.#minute;
    this.#minute = emptyMinute();
    const fallbackSeconds = Math.floor(this.#fallbackMs / 1_000);
    this.#fallbackMs -= fallbackSeconds * 1_000;
    this.#fallbackSecondsTotal += fallbackSeconds;
    return { ...taken, fallbackSeconds };
  }
}

function emptyMinute() {
  const frames = { reconnects: 0, messages: 0, rejected: 0, stored: 0, latenciesMs: [] as number[] };
  return { ...frames, conflictsDetected: 0, conflictsResolved: 0 };
}
