/** Puts answers on the wire, whole or spoilt. */
import type { ServerResponse } from 'node:http';
import type { FaultOf } from '#local/marketplace/faults/fault-schema.ts';
import type { HttpEnding } from '#local/marketplace/faults/faults.ts';
import { spoilShape } from '#local/marketplace/faults/wrong-shapes.ts';
import type { Ticket } from '#local/marketplace/stats.ts';
import { contentOf, jsonAnswer, rateLimitedAnswer, type WireAnswer } from './answer.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>';
const NOT_JSON = '{"skills": [{"skill_id": "a", "name": "brok';

/** One response and the place where its end is noted. */
export type Outlet = {
  readonly response: ServerResponse;
  readonly ticket: Ticket;
};

/** Sends an answer as it should be. */
export function sendAnswer({ response, ticket }: Outlet, answer: WireAnswer): void {
  const content = contentOf(answer);
  const isEmpty = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...(!isEmpty && { 'content-type': JSON_TYPE, 'content-length': content.length }),
    ...answer.headers,
  });
  // Noted before the last byte leaves: the client may call again as soon as it has it.
  ticket.end(answer.status);
  response.end(isEmpty ? undefined : content);
}

/** True when the ending spoils a real answer, so that the work has to be done first. */
export function needsAnswer(ending: HttpEnding): boolean {
  if (ending.kind === 'cut' || ending.kind === 'shape') return true;
  return ending.kind !== 'rate_limit' && ending.afterCommit === true;
}

/** Ends a request the way the fault says; `answer` is the real one, where there is one. */
export function sendSpoilt(
  outlet: Outlet,
  ending: HttpEnding,
  answer: WireAnswer | undefined,
  nowMs: number,
): void {
  outlet.ticket.entry.fault = ending.kind;
  switch (ending.kind) {
    case 'hang':
      // The request stays open until the client gives up or the server closes.
      break;
    case 'reset':
      outlet.ticket.end(0);
      outlet.response.socket?.resetAndDestroy();
      break;
    case 'cut':
      sendCut(outlet, ending, answer);
      break;
    default:
      sendAnswer(outlet, spoiltAnswer(ending, answer, nowMs));
  }
}

function spoiltAnswer(
  ending: Exclude<HttpEnding, { kind: 'hang' | 'reset' | 'cut' }>,
  answer: WireAnswer | undefined,
  nowMs: number,
): WireAnswer {
  switch (ending.kind) {
    case 'status':
      return statusAnswer(ending);
    case 'rate_limit':
      return limitedAnswer(ending, nowMs);
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: HTML_PAGE };
    case 'garbage':
      return { status: 200, body: NOT_JSON };
    case 'shape':
      return shapeAnswer(ending, answer ?? { status: 200, body: '{}' });
  }
}

/** The answer that a `status` fault gives. */
export function statusAnswer(fault: FaultOf<'status'>): WireAnswer {
  const { status, headers } = fault;
  if (typeof fault.body === 'string') return { status, headers, body: fault.body };
  return jsonAnswer(status, fault.body ?? { error: 'fault', message: `Injected ${status}.` }, headers);
}

/** The answer that a `rate_limit` fault gives. */
export function limitedAnswer(fault: FaultOf<'rate_limit'>, nowMs: number): WireAnswer {
  return rateLimitedAnswer((fault.retryAfterSeconds ?? 1) * 1000, nowMs, fault.form ?? 'seconds');
}

function shapeAnswer(fault: FaultOf<'shape'>, answer: WireAnswer): WireAnswer {
  // An answer that is a failure anyway (401, say) is left alone.
  if (answer.status >= 300) return answer;
  return { status: answer.status, body: spoilShape(contentOf(answer), fault) };
}

function sendCut({ response, ticket }: Outlet, fault: FaultOf<'cut'>, answer: WireAnswer | undefined): void {
  const content = answer ? contentOf(answer) : Buffer.from('{}');
  const part = content.subarray(0, Math.floor(content.length * (fault.share ?? 0.5)));
  const status = answer?.status ?? 200;
  const mode = fault.mode ?? 'length';
  response.writeHead(status, {
    'content-type': JSON_TYPE,
    ...(mode === 'length' && { 'content-length': content.length }),
  });
  response.flushHeaders();
  if (mode === 'clean') {
    ticket.end(status);
    response.end(part);
    return;
  }
  // Destroyed only when the part is with the kernel, or the client would see a plain reset.
  response.write(part, () => {
    ticket.end(status);
    response.socket?.destroy();
  });
}
