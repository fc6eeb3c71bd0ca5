/** The faults in force, and which of them a request runs into. */

import { FaultRegister, hit } from '#local/services/fault-register.ts';
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

/** The faults in force, none at first, as tests and the control endpoint use them. */
export class Faults extends FaultRegister<Fault> {
  /** For the simulator: what a request runs into. Counts the hits. */
  plan(call: Call): Plan {
    const plan: Plan = { latencyMs: 0, before: [], changes: [], ending: undefined };
    for (const entry of this.active) {
      const { fault } = entry;
      if (!matches(fault, call) || (isOneOf(ENDINGS, fault) && plan.ending) || !hit(entry)) continue;
      if (isOneOf(ENDINGS, fault)) plan.ending = fault;
      else if (isOneOf(BEFORE, fault)) plan.before.push(fault);
      else if (isOneOf(CHANGES, fault)) plan.changes.push(fault);
      else plan.latencyMs += fault.ms;
    }
    this.forgetSpent();
    return plan;
  }
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
