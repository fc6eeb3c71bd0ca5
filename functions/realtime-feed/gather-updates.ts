import type { FeedReport } from '#core/feed/feed-state.ts';
import { ChangeGatherer } from '#core/feed/gather-changes.ts';
import type { Log } from '#core/log.ts';
import type { Now } from '#core/time/clock.ts';
import { type Arrival, coalesce, type Pending, pendingOf } from './coalesce-updates.ts';
import type { WriteBuffer } from './write-buffer.ts';

export type GatherDeps = {
  /** Where updates go that are to be written. */
  readonly buffer: Pick<WriteBuffer, 'put' | 'room'>;
  /** How long an update is held at most. Milliseconds; 0: none is. */
  readonly gatherMs: number;
  readonly now: Now;
  readonly log: Log;
  /** Default: that of {@link ChangeGatherer}. */
  readonly maxBytes?: number | undefined;
};

/**
 * What arrived, on its way to the write buffer: at once, or gathered for a while where the marketplace announces more
 * than may be written as it comes ({@link ChangeGatherer} decides). Deletions are never held.
 */
export class UpdateGatherer {
  readonly #deps: GatherDeps;
  readonly #gatherer: ChangeGatherer<Pending>;
  #gatheringSince: number | undefined;

  constructor(deps: GatherDeps) {
    const { gatherMs, now, maxBytes } = deps;
    this.#deps = deps;
    const rules = { gatherMs, merge: coalesce, isUrgent: isDeletion, arrivedAt, maxBytes };
    this.#gatherer = new ChangeGatherer(rules, now());
  }

  /** Skills and categories of which an update is held. */
  get size(): number {
    return this.#gatherer.size;
  }

  add(arrival: Arrival): void {
    this.#put(this.#gatherer.arrive(pendingOf(arrival), this.#deps.now()));
    this.#logChange();
  }

  /** Counts a write of the buffer. */
  written(): void {
    this.#gatherer.written(this.#deps.now());
  }

  /** Hands on what has been held for long enough, as fast as it is written. To be called every second. */
  tick(): void {
    const { buffer, now } = this.#deps;
    this.#put(this.#gatherer.takeDue(now(), buffer.room));
    this.#logChange();
  }

  /** A sync has stored a full listing that began then (ms since 1970): what it brought is not written once more. */
  synced(listedAt: number): void {
    this.#gatherer.synced(listedAt);
  }

  /** Hands on everything, because the task ends. */
  flush(): void {
    this.#put(this.#gatherer.takeAll());
  }

  /** Forgets what is held, because nothing may be written any more: the next sync or catch-up brings it. */
  forget(): void {
    const held = this.#gatherer.forget();
    if (held > 0) this.#deps.log.info('gathered changes are left to the next sync', { held });
  }

  /** Goes on where the task before was, as far as it has reported. */
  continueFrom(report: FeedReport | undefined): void {
    const { writeBudget, gathering } = report ?? {};
    if (writeBudget !== undefined) this.#gatherer.continueFrom(writeBudget, gathering?.since);
  }

  report(): Pick<FeedReport, 'gathering' | 'writeBudget'> {
    const { tokens, at } = this.#gatherer.budget;
    const gathering = this.#gatherer.report();
    return { ...(gathering && { gathering }), writeBudget: { tokens: Math.floor(tokens), at } };
  }

  #put(changes: readonly Pending[]): void {
    for (const change of changes) this.#deps.buffer.put(change);
  }

  #logChange(): void {
    const { log, now, gatherMs } = this.#deps;
    const since = this.#gatherer.report()?.since;
    const before = this.#gatheringSince;
    if (since === before) return;
    this.#gatheringSince = since;
    if (since !== undefined) {
      const message = 'changes are gathered: the marketplace announces more than is written as it comes';
      log.info(message, { gatherSeconds: gatherMs / 1_000 });
      return;
    }
    const lastedSeconds = Math.round((now() - (before ?? now())) / 1_000);
    log.info('changes are written as they come again', { lastedSeconds });
  }
}

function arrivedAt({ change, aggregates }: Pending): number {
  return Math.max(change?.observedAt ?? 0, aggregates?.observedAt ?? 0);
}

/** What was removed is not to be served for as long as changes may wait. */
function isDeletion({ change }: Pending): boolean {
  return change?.update.type === 'skill_delete';
}
