/** The batches and their life by the clock: in progress, perhaps canceling, ended. */
import { isoTime, parseJson } from '#local/claude/http/wire.ts';
import type { ClaudeSettings } from '#local/claude/options.ts';
import type { BatchCounts, BatchRecord, ClaudeState, PaidItem } from '#local/claude/state/state.ts';
import type { Recorder } from '#local/claude/stats.ts';
import type { SeededRandom } from '#local/random.ts';
import { type BatchItem, endedItem, type ItemWorld, runItem } from './run-item.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Results are kept so long from the creation. */
const KEPT_MS = 29 * DAY_MS;
/** Some seconds of work. */
const SLICE = 20_000;

/** What batches need. */
export type BatchesWorld = ItemWorld & {
  readonly now: () => number;
  readonly random: SeededRandom;
  readonly settings: ClaudeSettings;
  readonly state: ClaudeState;
  readonly recorder: Recorder;
};

/** Which part of the list is wanted. */
export type BatchPage = {
  readonly limit: number;
  readonly afterId?: string;
  readonly beforeId?: string;
};

/** The batches of one simulator, the newest last. */
export class Batches {
  readonly #world: BatchesWorld;
  readonly #records = new Map<string, BatchRecord>();
  /** Of the batches that are being ended. */
  readonly #work = new Map<string, Work>();

  /** Finds those again that the state kept. */
  constructor(world: BatchesWorld) {
    this.#world = world;
    const kept = [...world.state.batches()].sort(
      (a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
    );
    for (const record of kept) this.#records.set(record.id, record);
  }

  /** Accepts a batch. @param body its requests as they came, `{"requests": […]}` */
  create(body: string, size: number): BatchRecord {
    const { now, ids, state, settings } = this.#world;
    const createdAt = now();
    const record: BatchRecord = {
      id: ids.batch(),
      createdAt,
      expiresAt: createdAt + DAY_MS,
      durationMs: settings.batchSeconds * 1000,
      cancelMs: settings.cancelSeconds * 1000,
      counts: { processing: size, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    };
    state.putRequests(record.id, body);
    this.#save(record);
    return record;
  }

  /** A batch as it is now. */
  get(id: string): BatchRecord | undefined {
    const record = this.#records.get(id);
    return record && this.#advance(record);
  }

  /** All of them as they are now, the newest first. */
  list(): BatchRecord[] {
    return [...this.#records.values()].map((record) => this.#advance(record)).reverse();
  }

  /** Part of the list. Undefined: the id that it is to begin at is unknown. */
  page({ limit, afterId, beforeId }: BatchPage) {
    const all = this.list();
    const at = (id: string) => all.findIndex((record) => record.id === id);
    if ([afterId, beforeId].some((id) => id !== undefined && at(id) < 0)) return undefined;
    if (beforeId !== undefined) {
      const before = all.slice(0, at(beforeId));
      return { records: before.slice(-limit), hasMore: before.length > limit };
    }
    const rest = afterId === undefined ? all : all.slice(at(afterId) + 1);
    return { records: rest.slice(0, limit), hasMore: rest.length > limit };
  }

  /** Begins to cancel a batch; one that has ended, or is being canceled, stays as it is. */
  cancel(id: string): BatchRecord | undefined {
    const record = this.get(id);
    if (!record || record.endedAt !== undefined || record.cancelInitiatedAt !== undefined) return record;
    return this.#save({ ...record, cancelInitiatedAt: this.#world.now() });
  }

  /** Forgets a batch that has ended. */
  remove(id: string): void {
    this.#records.delete(id);
    this.#world.state.removeBatch(id);
  }

  /** The lines of an ended batch; undefined before, and when they are no longer kept. */
  results(record: BatchRecord): Iterable<string> | undefined {
    return this.isArchived(record) ? undefined : this.#world.state.results(record.id);
  }

  /** True once the results are no longer kept. */
  isArchived({ createdAt }: BatchRecord): boolean {
    return this.#world.now() >= createdAt + KEPT_MS;
  }

  /** Ends a batch that is on its way at once: all of it worked off, or, `expired`, nothing. */
  finish(id: string, how: 'ended' | 'expired' = 'ended'): BatchRecord | undefined {
    const record = this.get(id);
    if (!record || record.endedAt !== undefined) return record;
    return this.#end(record, { at: this.#world.now(), share: how === 'ended' ? 1 : 0, rest: 'expired' });
  }

  /** A batch as the API shows it. @param origin where the caller reached it */
  describe(record: BatchRecord, origin: string) {
    const { endedAt, cancelInitiatedAt, createdAt } = record;
    const base = this.#world.settings.resultsOrigin ?? origin;
    const isArchived = this.isArchived(record);
    const hasResults = endedAt !== undefined && !isArchived;
    return {
      id: record.id,
      type: 'message_batch',
      processing_status: statusOf(record),
      request_counts: record.counts,
      created_at: isoTime(createdAt),
      expires_at: isoTime(record.expiresAt),
      ended_at: endedAt === undefined ? null : isoTime(endedAt),
      archived_at: isArchived ? isoTime(createdAt + KEPT_MS) : null,
      cancel_initiated_at: cancelInitiatedAt === undefined ? null : isoTime(cancelInitiatedAt),
      results_url: hasResults ? `${base}/v1/messages/batches/${record.id}/results` : null,
    };
  }

  #save(record: BatchRecord): BatchRecord {
    this.#world.state.saveBatch(record);
    this.#records.set(record.id, record);
    return record;
  }

  /** Ends a batch whose time has come. */
  #advance(record: BatchRecord): BatchRecord {
    if (record.endedAt !== undefined) return record;
    const { createdAt, durationMs, expiresAt, cancelInitiatedAt } = record;
    const doneAt = createdAt + durationMs;
    const end: End =
      cancelInitiatedAt === undefined
        ? { at: Math.min(doneAt, expiresAt), share: shareDone(record, expiresAt), rest: 'expired' }
        : {
            at: Math.min(cancelInitiatedAt + record.cancelMs, expiresAt),
            share: shareDone(record, cancelInitiatedAt),
            rest: 'canceled',
          };
    return this.#world.now() >= end.at ? this.#end(record, end) : record;
  }

  /**
   * Works the requests off and writes down what became of them; the record comes last, so that a kill repeats it. Of a
   * very large batch it does a slice for each call, and the batch goes on being in progress: the thread has to answer.
   */
  #end(record: BatchRecord, { at, share, rest }: End): BatchRecord {
    const { state, recorder } = this.#world;
    const work = this.#work.get(record.id) ?? beginWork(state.requests(record.id) ?? '', share);
    this.#work.set(record.id, work);
    const { items, lines, paid, counts } = work;
    const until = Math.min(items.length, work.next + SLICE);
    for (; work.next < until; work.next += 1) {
      const item = items[work.next] as BatchItem;
      const result = work.next < work.done ? runItem(this.#world, item) : endedItem(item, rest);
      counts[result.outcome] += 1;
      lines.push(...result.lines);
      if (result.paid) paid.push(result.paid);
    }
    if (work.next < items.length) return record;
    this.#work.delete(record.id);
    state.putResults(record.id, this.#shuffled(lines));
    recorder.pay({ key: record.id, tier: 'batch', items: paid });
    const ended = this.#save({ ...record, endedAt: at, counts });
    state.dropRequests(record.id);
    return ended;
  }

  #shuffled(lines: string[]): string[] {
    const { random } = this.#world;
    for (let last = lines.length - 1; last > 0; last -= 1) {
      const other = random.below(last + 1);
      const line = lines[last] ?? '';
      lines[last] = lines[other] ?? '';
      lines[other] = line;
    }
    return lines;
  }
}

/** When a batch ends, which share (0–1) of it is worked off then, and what the rest is. */
type End = { readonly at: number; readonly share: number; readonly rest: 'canceled' | 'expired' };

/** A batch on its way to its end. */
type Work = {
  readonly items: readonly BatchItem[];
  /** So many of them are worked off, the rest is not. */
  readonly done: number;
  /** The first that is not yet dealt with. */
  next: number;
  readonly lines: string[];
  readonly paid: PaidItem[];
  readonly counts: { -readonly [Name in keyof BatchCounts]: number };
};

function beginWork(body: string, share: number): Work {
  const items = itemsIn(body);
  const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  return { items, done: Math.floor(items.length * share), next: 0, lines: [], paid: [], counts };
}

function shareDone({ createdAt, durationMs }: BatchRecord, atMs: number): number {
  return durationMs <= 0 ? 1 : Math.min(1, Math.max(0, (atMs - createdAt) / durationMs));
}

function statusOf({ endedAt, cancelInitiatedAt }: BatchRecord): 'in_progress' | 'canceling' | 'ended' {
  if (endedAt !== undefined) return 'ended';
  return cancelInitiatedAt === undefined ? 'in_progress' : 'canceling';
}

function itemsIn(body: string): readonly BatchItem[] {
  return (parseJson(body) as { readonly requests?: readonly BatchItem[] } | undefined)?.requests ?? [];
}
