/** How often a fault acts. */
type Times = { readonly times?: number | 'always' | undefined; readonly after?: number | undefined };

/** A fault in force, as `list()` shows it. */
export type ActiveFault<Fault> = {
  readonly id: number;
  readonly fault: Fault;
  /** How many requests it has hit. */
  hits: number;
  /** How many it is still going to hit; Infinity = until cleared. */
  left: number;
};

/** The same, for the simulator that asks whether it hits. */
export type RegisteredFault<Fault> = ActiveFault<Fault> & {
  /** Requests that it still lets pass before it hits the first. */
  skip: number;
};

/** The faults of a simulator that are in force, none at first, as tests and the control endpoint use them. */
export class FaultRegister<Fault extends Times> {
  #active: RegisteredFault<Fault>[] = [];
  #lastId = 0;

  /** Those in force, in the order in which they were added: for the simulator. */
  get active(): readonly RegisteredFault<Fault>[] {
    return this.#active;
  }

  /**
   * Puts a fault in force; several act in the order they were added. Answers its number.
   *
   * @example faults.add({ kind: 'status', status: 503, times: 2 })
   */
  add(fault: Fault): number {
    this.#lastId += 1;
    const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
    this.#active.push({ id: this.#lastId, fault, hits: 0, left, skip: this.skipped(fault) });
    return this.#lastId;
  }

  /** Ends one fault, or all. Answers how many ended. */
  clear(id?: number): number {
    const before = this.#active.length;
    this.#active = id === undefined ? [] : this.#active.filter((entry) => entry.id !== id);
    return before - this.#active.length;
  }

  /** Faults that still have requests to hit. */
  list(): ActiveFault<Fault>[] {
    return this.#active.map(({ id, fault, hits, left }) => ({ id, fault, hits, left }));
  }

  /** Lets go of those that have hit all that they were to hit; to be called after each request. */
  protected forgetSpent(): void {
    this.#active = this.#active.filter((entry) => entry.left > 0);
  }

  /** How many requests a fault lets pass. */
  protected skipped({ after = 0 }: Fault): number {
    return after;
  }
}

/** True when the fault hits this request; uses up one of its times. */
export function hit(entry: RegisteredFault<unknown>): boolean {
  if (entry.skip > 0) {
    entry.skip -= 1;
    return false;
  }
  entry.hits += 1;
  entry.left -= 1;
  return true;
}
