/** The faults in force, and which of them a request runs into. */
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Fault, FaultOf } from './fault-schema.ts';

/** Kinds that decide how a request ends; one request runs into one of them at most. */
const ENDINGS = [
  'status',
  'hang',
  'reset',
  'cut',
  'truncated',
  'html',
  'rate_limit',
  'forbidden',
  'lost_cursor',
] as const;
/** Kinds that act before the answer is made. */
const BEFORE = ['mutate', 'operations', 'expire_token'] as const;
/** Kinds that change a good answer. */
const CHANGES = [
  'repeat_cursor',
  'no_cursor',
  'empty_page',
  'duplicate_ticket',
  'foreign_after_url',
  'fields',
] as const;

/** Kinds that only a call with a cursor can meet. */
const CURSOR_ONLY: readonly string[] = ['lost_cursor', 'repeat_cursor', 'duplicate_ticket'];

export type Ending = FaultOf<(typeof ENDINGS)[number]>;
export type BeforeFault = FaultOf<(typeof BEFORE)[number]>;
export type AnswerChange = FaultOf<(typeof CHANGES)[number]>;

/** What one request runs into. */
export type Plan = {
  latencyMs: number;
  /** To be run, in order, before the answer is made. */
  readonly before: BeforeFault[];
  /** To be done to the answer, in order. */
  readonly changes: AnswerChange[];
  ending: Ending | undefined;
};

/** A fault in force, as `list()` shows it. */
export type ActiveFault = {
  readonly id: number;
  readonly fault: Fault;
  /** How many requests it has hit. */
  hits: number;
  /** How many it is still going to hit; Infinity = until cleared. */
  left: number;
};

type Registered = ActiveFault & {
  /** Requests that it still lets pass before it hits the first. */
  skip: number;
};

/** The faults in force, none at first, as tests and the control endpoint use them. */
export class Faults {
  #active: Registered[] = [];
  #lastId = 0;

  /**
   * Puts a fault in force; several act in the order they were added. Answers its number.
   *
   * @example faults.add({ kind: 'lost_cursor', route: 'incremental_tickets', after: 2 })
   */
  add(fault: Fault): number {
    this.#lastId += 1;
    const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
    this.#active.push({ id: this.#lastId, fault, hits: 0, left, skip: fault.after ?? 0 });
    return this.#lastId;
  }

  /** Ends one fault, or all. Answers how many ended. */
  clear(id?: number): number {
    const before = this.#active.length;
    this.#active = id === undefined ? [] : this.#active.filter((entry) => entry.id !== id);
    return before - this.#active.length;
  }

  /** Faults that still have requests to hit. */
  list(): ActiveFault[] {
    return this.#active.map(({ id, fault, hits, left }) => ({ id, fault, hits, left }));
  }

  /** For the simulator: what a request runs into. Counts the hits. */
  plan(call: Call): Plan {
    const plan: Plan = { latencyMs: 0, before: [], changes: [], ending: undefined };
    for (const entry of this.#active) {
      const { fault } = entry;
      if (!matches(fault, call) || (isOneOf(ENDINGS, fault) && plan.ending) || !hit(entry)) continue;
      if (isOneOf(ENDINGS, fault)) plan.ending = fault;
      else if (isOneOf(BEFORE, fault)) plan.before.push(fault);
      else if (isOneOf(CHANGES, fault)) plan.changes.push(fault);
      else plan.latencyMs += fault.ms;
    }
    this.#active = this.#active.filter((entry) => entry.left > 0);
    return plan;
  }
}

/** True when the fault hits this request; uses up one of its times. */
function hit(entry: Registered): boolean {
  if (entry.skip > 0) {
    entry.skip -= 1;
    return false;
  }
  entry.hits += 1;
  entry.left -= 1;
  return true;
}

function matches(fault: Fault, call: Call): boolean {
  const hasCursor = call.query.has('cursor') || call.query.has('page[after]');
  return (
    isSame(fault.method?.toUpperCase(), call.method) &&
    isSame(fault.route, call.route) &&
    isSame(fault.subdomain, call.subdomain) &&
    isSame(CURSOR_ONLY.includes(fault.kind) ? true : fault.hasCursor, hasCursor) &&
    (fault.path === undefined || call.path.startsWith(fault.path))
  );
}

function isSame<T>(wanted: T | undefined, given: T): boolean {
  return wanted === undefined || wanted === given;
}

function isOneOf<Kind extends Fault['kind']>(kinds: readonly Kind[], fault: Fault): fault is FaultOf<Kind> {
  return kinds.some((kind) => kind === fault.kind);
}
