/** The faults in force, and which of them a request runs into. */

import type { Call } from '#local/marketplace/http/routes.ts';
import { FaultRegister, hit } from '#local/services/fault-register.ts';
import type { Fault, FaultOf } from './fault-schema.ts';

/** Kinds that spoil or replace an HTTP answer; one request runs into one of them at most. */
const HTTP_ENDINGS = ['status', 'cut', 'hang', 'reset', 'html', 'garbage', 'shape', 'rate_limit'] as const;
/** Kinds that decide how a socket's handshake ends. */
const FEED_ENDINGS = ['status', 'hang', 'reset', 'rate_limit', 'zombie', 'silent', 'close'] as const;
/** Kinds that leave the request's end as it is. */
const MODIFIERS = ['latency', 'clamp', 'total', 'mutate', 'ops', 'expired_token'] as const;
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

/** The faults in force, none at first, as tests and the control endpoint use them. */
export class Faults extends FaultRegister<Fault> {
  /** For the server: what an HTTP request runs into. Counts the hits. */
  planCall(call: Call): Plan<HttpEnding> {
    return this.#plan(call, (fault): fault is HttpEnding => isOneOf(HTTP_ENDINGS, fault.kind));
  }

  /** For the server: what a handshake of the feed runs into. Counts the hits. */
  planHandshake(call: Call): Plan<FeedEnding> {
    return this.#plan(call, (fault): fault is FeedEnding => isOneOf(FEED_ENDINGS, fault.kind));
  }

  #plan<Ending extends Fault>(call: Call, isEnding: (fault: Fault) => fault is Ending): Plan<Ending> {
    const plan: Plan<Ending> = {
      latencyMs: 0,
      before: [],
      totals: [],
      clamp: undefined,
      ending: undefined,
    };
    for (const entry of this.active) {
      const { fault } = entry;
      if (!matches(fault, call)) continue;
      if (isEnding(fault)) {
        if (!plan.ending && hit(entry)) plan.ending = fault;
      } else if (isModifier(fault) && hit(entry)) {
        addTo(plan, fault);
      }
    }
    this.forgetSpent();
    return plan;
  }
}

/** A fault that changes an answer, or what comes before it, but does not end the request. */
type Modifier = FaultOf<(typeof MODIFIERS)[number]>;

function isModifier(fault: Fault): fault is Modifier {
  return isOneOf(MODIFIERS, fault.kind);
}

function addTo(plan: Plan<unknown>, fault: Modifier): void {
  switch (fault.kind) {
    case 'latency':
      plan.latencyMs += fault.ms;
      break;
    case 'clamp':
      plan.clamp = fault;
      break;
    case 'total':
      plan.totals.push(fault);
      break;
    default:
      plan.before.push(fault);
  }
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
