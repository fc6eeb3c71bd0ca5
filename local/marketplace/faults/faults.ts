/** The faults in force, and which of them a request runs into. */

import type { Call } from '#local/marketplace/http/routes.ts';
import type { Fault, FaultOf } from './fault-schema.ts';

/** Kinds that spoil or replace an HTTP answer; one request runs into one of them at most. */
const HTTP_ENDINGS = ['status', 'cut', 'hang', 'reset', 'html', 'garbage', 'shape', 'rate_limit'] as const;
/** Kinds that decide how a socket's handshake ends. */
const FEED_ENDINGS = ['status', 'hang', 'reset', 'rate_limit', 'zombie', 'silent', 'close'] as const;
/** Kinds that only a socket can have: they need no `route` to be about the feed. */
const FEED_ONLY: readonly string[] = ['zombie', 'silent', 'close'];

/** A fault that decides how a request ends. */
export type HttpEnding = FaultOf<(typeof HTTP_ENDINGS)[number]>;
/** A fault that decides how a handshake ends. */
export type FeedEnding = FaultOf<(typeof FEED_ENDINGS)[number]>;

/** What one request runs into. */
export type Plan<Ending> = {
  latencyMs: number;
  /** To be run, in order, before the answer is made. */
  readonly before: (FaultOf<'mutate'> | FaultOf<'ops'> | FaultOf<'expired_token'>)[];
  readonly totals: FaultOf<'total'>[];
  clamp: FaultOf<'clamp'> | undefined;
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

/** The faults, as tests and the control endpoint use them. */
export type Faults = {
  /**
   * Puts a fault in force; several act in the order they were added. Answers its number.
   *
   * @example faults.add({ kind: 'status', status: 503, route: 'skills', page: 3, times: 2 })
   */
  add(fault: Fault): number;
  /** Ends one fault, or all. Answers how many ended. */
  clear(id?: number): number;
  /** Faults that still have requests to hit. */
  list(): ActiveFault[];
  /** For the server: what an HTTP request runs into. Counts the hits. */
  planCall(call: Call): Plan<HttpEnding>;
  /** For the server: what a handshake of the feed runs into. Counts the hits. */
  planHandshake(call: Call): Plan<FeedEnding>;
};

type Registered = ActiveFault & {
  skip: number;
};

/** Makes an empty list of faults. */
export function createFaults(): Faults {
  let active: Registered[] = [];
  let lastId = 0;

  /** True when the fault hits this request; uses up one of its times. */
  const hit = (entry: Registered): boolean => {
    if (entry.skip > 0) {
      entry.skip -= 1;
      return false;
    }
    entry.hits += 1;
    entry.left -= 1;
    return true;
  };

  const plan = <Ending extends Fault>(call: Call, isEnding: (fault: Fault) => fault is Ending) => {
    const result: Plan<Ending> = {
      latencyMs: 0,
      before: [],
      totals: [],
      clamp: undefined,
      ending: undefined,
    };
    for (const entry of active) {
      const { fault } = entry;
      if (!matches(fault, call)) continue;
      if (isEnding(fault)) {
        if (!result.ending && hit(entry)) result.ending = fault;
      } else if (fault.kind === 'latency') {
        if (hit(entry)) result.latencyMs += fault.ms;
      } else if (fault.kind === 'clamp') {
        if (hit(entry)) result.clamp = fault;
      } else if (fault.kind === 'total') {
        if (hit(entry)) result.totals.push(fault);
      } else if (fault.kind === 'mutate' || fault.kind === 'ops' || fault.kind === 'expired_token') {
        if (hit(entry)) result.before.push(fault);
      }
    }
    active = active.filter((entry) => entry.left > 0);
    return result;
  };

  return {
    add: (fault) => {
      lastId += 1;
      const left = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1);
      active.push({ id: lastId, fault, hits: 0, left, skip: fault.after ?? 0 });
      return lastId;
    },
    clear: (id) => {
      const before = active.length;
      active = id === undefined ? [] : active.filter((entry) => entry.id !== id);
      return before - active.length;
    },
    list: () => active.map(({ id, fault, hits, left }) => ({ id, fault, hits, left })),
    planCall: (call) => plan(call, (fault): fault is HttpEnding => isOneOf(HTTP_ENDINGS, fault.kind)),
    planHandshake: (call) => plan(call, (fault): fault is FeedEnding => isOneOf(FEED_ENDINGS, fault.kind)),
  };
}

function matches(fault: Fault, call: Call): boolean {
  if (call.route === 'feed' && !isAboutFeed(fault)) return false;
  return (
    (fault.method === undefined || fault.method.toUpperCase() === call.method) &&
    (fault.path === undefined || call.path.startsWith(fault.path)) &&
    (fault.route === undefined || fault.route === call.route) &&
    (fault.page === undefined || fault.page === call.page)
  );
}

/** A fault for "every request" does not mean the socket: that would surprise every test of paging. */
function isAboutFeed(fault: Fault): boolean {
  return fault.route === 'feed' || fault.path?.startsWith('/ws') === true || FEED_ONLY.includes(fault.kind);
}

function isOneOf(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind);
}
