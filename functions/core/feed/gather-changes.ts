import { fullBudget, mustGather, refilled, spent, type WriteBudget } from './write-budget.ts';

/** What is to be written of one skill or category, as far as its gathering needs to know. */
export type GatheredChange = {
  readonly key: string;
  /** When the oldest of what was merged into it, and is not stored yet, arrived. Milliseconds since 1970. */
  readonly since: number;
  /** What it weighed on the wire. */
  readonly bytes: number;
};

export type GatherRules<Change extends GatheredChange> = {
  /** How long a change is held at most. Milliseconds; 0: nothing is gathered. */
  readonly gatherMs: number;
  /** Two of the same key as one. */
  readonly merge: (a: Change, b: Change) => Change;
  /** What is never held: it is handed out at once, with what is held of its key. */
  readonly isUrgent: (change: Change) => boolean;
  /** When the newest of what was merged into it arrived. Milliseconds since 1970. */
  readonly arrivedAt: (change: Change) => number;
  /** What may be held, as {@link weigh} counts it. Default 64 MB: of the task's 512, half is heap. */
  readonly maxBytes?: number | undefined;
};

/** For an operator. */
export type GatherReport = {
  /** Since when changes are gathered, milliseconds since 1970. */
  readonly since: number;
  /** Skills and categories of which a change is held. */
  readonly held: number;
};

const MAX_BYTES = 64 * 1024 * 1024;
/** What a change takes in memory whatever it says: objects, keys, times. */
const BYTES_PER_CHANGE = 1_024;
/** A frame that was parsed takes more than its text: 1.4 times where it is long, up to 3 times where it has many fields. */
const BYTES_PER_BYTE = 1.5;
/** A listing that began so long after a change arrived shows it: clocks differ a little, and servers have copies. Milliseconds. */
const LISTED_AFTER_MS = 10_000;
/** The share of `gatherMs` that a change waits longer while a sync is about to bring it: for its start and its listing. */
const PATIENCE = 0.2;

/**
 * Decides which changes are written now and which are held for a while, so that a marketplace that never rests costs one
 * write of a skill in `gatherMs`, not one for each change. It holds the newest of each key, hands out each key at most
 * `gatherMs` after its oldest change (a fifth longer while a sync is about to bring it), and drops only what a sync has
 * stored. Owns no timer: whoever has one asks {@link takeDue}.
 *
 * @example
 * const gatherer = new ChangeGatherer<Pending>({ gatherMs: 900_000, merge: coalesce, isUrgent: isDeletion }, now());
 * for (const change of gatherer.arrive(pending, now())) buffer.put(change);
 */
export class ChangeGatherer<Change extends GatheredChange> {
  readonly #rules: GatherRules<Change>;
  /** By key. In the order of their oldest changes, since a later one of the same key keeps the place. */
  readonly #held = new Map<string, Change>();
  #budget: WriteBudget;
  #bytes = 0;
  #gatheringSince: number | undefined;
  /** When the last full listing began that is known to have been stored. */
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(rules: GatherRules<Change>, now: number) {
    this.#rules = rules;
    this.#budget = fullBudget(now);
  }

  /** Undefined while changes are written as they come. */
  report(): GatherReport | undefined {
    return this.#gatheringSince === undefined
      ? undefined
      : { since: this.#gatheringSince, held: this.#held.size };
  }

  get budget(): WriteBudget {
    return this.#budget;
  }

  /** How many changes are held. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Goes on where another task was: with its budget, and with its gathering, if it was in one.
   *
   * @param gatheringSince milliseconds since 1970
   */
  continueFrom(budget: WriteBudget, gatheringSince: number | undefined): void {
    this.#budget = budget;
    if (this.#rules.gatherMs > 0) this.#gatheringSince = gatheringSince;
  }

  /** Takes a change. @returns what is to be written now: it, others, or nothing */
  arrive(change: Change, now: number): readonly Change[] {
    this.#decide(now);
    if (this.#gatheringSince !== undefined) this.#budget = spent(this.#budget, now);
    const merged = this.#merged(change);
    if (this.#gatheringSince === undefined || this.#rules.isUrgent(change)) {
      this.#remove(merged.key);
      return [merged];
    }
    this.#hold(merged);
    return this.#takeExcess();
  }

  /** Counts a write that was made. Those of what was gathered are bounded without the budget. */
  written(now: number): void {
    if (this.#gatheringSince === undefined) this.#budget = spent(this.#budget, now);
  }

  /**
   * What has been held for long enough; everything, once changes are written as they come again.
   *
   * @param room the most that can be taken now; the rest stays due
   */
  takeDue(now: number, room: number): readonly Change[] {
    this.#decide(now);
    const due: Change[] = [];
    for (const change of this.#held.values()) {
      if (due.length >= room || !this.#isDue(change, now)) break;
      due.push(change);
    }
    for (const { key } of due) this.#remove(key);
    return due;
  }

  /**
   * A sync has stored a full listing. What arrived before it began is stored with it, and is not written once more; of
   * what came after that too, only the rest is still to be written, and its time begins with the listing.
   *
   * @param listedAt when the listing began, milliseconds since 1970
   */
  synced(listedAt: number): void {
    if (listedAt <= this.#listedAt) return;
    this.#listedAt = listedAt;
    for (const change of this.#held.values()) {
      if (this.#rules.arrivedAt(change) + LISTED_AFTER_MS <= listedAt) this.#remove(change.key);
      else if (change.since < listedAt - LISTED_AFTER_MS)
        this.#hold({ ...change, since: listedAt - LISTED_AFTER_MS });
    }
  }

  /** Everything that is held: the task ends. */
  takeAll(): readonly Change[] {
    const all = [...this.#held.values()];
    this.forget();
    return all;
  }

  /** Forgets what is held, because nothing may be written any more. @returns how many changes that were */
  forget(): number {
    const { size } = this.#held;
    this.#held.clear();
    this.#bytes = 0;
    return size;
  }

  #decide(now: number): void {
    if (this.#rules.gatherMs === 0) return;
    const isGathering = this.#gatheringSince !== undefined;
    const must = mustGather(refilled(this.#budget, now), isGathering);
    if (must !== isGathering) this.#gatheringSince = must ? now : undefined;
  }

  /** A change that arrived later than now: the clock was set back, and how long it is held can't be known. */
  #isDue({ since }: Change, now: number): boolean {
    const { gatherMs } = this.#rules;
    const longestMs = gatherMs * (1 + PATIENCE);
    const isSyncExpected = now - this.#listedAt < longestMs;
    return (
      this.#gatheringSince === undefined ||
      now < since ||
      now - since >= (isSyncExpected ? longestMs : gatherMs)
    );
  }

  #merged(change: Change): Change {
    const held = this.#held.get(change.key);
    return held === undefined ? change : this.#rules.merge(held, change);
  }

  #hold(change: Change): void {
    const before = this.#held.get(change.key);
    this.#bytes += weigh(change) - (before === undefined ? 0 : weigh(before));
    this.#held.set(change.key, change);
  }

  #remove(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#bytes -= weigh(held);
    this.#held.delete(key);
  }

  /** The oldest ones, where more is held than may be. */
  #takeExcess(): readonly Change[] {
    const { maxBytes = MAX_BYTES } = this.#rules;
    // Asked for each change: the beginning of a map from which much was removed is not found at once.
    if (this.#bytes <= maxBytes) return [];
    const excess: Change[] = [];
    for (const change of this.#held.values()) {
      if (this.#bytes <= maxBytes) break;
      excess.push(change);
      this.#remove(change.key);
    }
    return excess;
  }
}

/** What a change takes in memory, roughly. */
export function weigh({ bytes }: GatheredChange): number {
  return bytes * BYTES_PER_BYTE + BYTES_PER_CHANGE;
}
