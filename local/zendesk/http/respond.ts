/** The way of one request through the simulator: counted, spoilt or answered. No socket has a part in it. */
import type { Account } from '#local/zendesk/account.ts';
import { forbidden, htmlPage, tooManyRequests } from '#local/zendesk/api/failures.ts';
import { handleCall } from '#local/zendesk/api/handle-call.ts';
import { unusableCursor } from '#local/zendesk/api/incremental-tickets.ts';
import { changeAnswer } from '#local/zendesk/faults/change-answer.ts';
import type { FaultOf } from '#local/zendesk/faults/fault-schema.ts';
import type { BeforeFault, Ending, Plan } from '#local/zendesk/faults/faults.ts';
import type { World } from '#local/zendesk/world.ts';
import { type Call, isIncremental, readCall } from './calls.ts';
import type { AnswerEnd, Draft, WireAnswer, WireRequest } from './wire-exchange.ts';

const WHOLE: AnswerEnd = { kind: 'whole' };
/** What a 429 of a fault says when neither it nor the settings name seconds. */
const FAULT_RESET_SECONDS = 60;

/** Answers a request to an account; `account` is undefined where the subdomain does not exist. */
export async function respond(
  world: World,
  account: Account | undefined,
  request: WireRequest,
): Promise<WireAnswer> {
  const call = readCall(request, account?.subdomain ?? request.host);
  const entry = world.recorder.begin(call);
  if (account === undefined) {
    world.recorder.end(entry, 404);
    return finish(world, htmlPage(404, 'No help desk here', 'There is no help desk at this address.'), WHOLE);
  }
  const plan = world.faults.plan(call);
  const latencyMs = world.settings.latencyMs + plan.latencyMs;
  if (latencyMs > 0) await world.sleep(latencyMs);
  for (const fault of plan.before) await runBefore(world, account, call, fault);
  if (plan.ending) entry.fault = plan.ending.kind;
  const draft = draftOf(world, account, call, plan);
  const end = endOf(plan.ending);
  if (end.kind !== 'reset' && end.kind !== 'hang') world.recorder.end(entry, draft.status);
  return finish(world, draft, end);
}

async function runBefore(world: World, account: Account, call: Call, fault: BeforeFault): Promise<void> {
  switch (fault.kind) {
    case 'mutate':
      await fault.run();
      break;
    case 'operations':
      for (const operation of fault.operations) world.operate(account, operation);
      break;
    case 'expire_token': {
      const [, token] = /^Bearer\s+(.+)$/i.exec(call.request.headers.authorization ?? '') ?? [];
      if (token !== undefined) account.access.expire(token);
    }
  }
}

function draftOf(world: World, account: Account, call: Call, { ending, changes }: Plan): Draft {
  const given = ending && draftOfFault(world, call, ending);
  if (given) return given;
  if (call.request.body === undefined) return htmlPage(413, 'Payload Too Large', 'A request may have 1 MB.');
  const honest = handleCall(world, account, call);
  return changes.reduce((draft, change) => changeAnswer(account, call, draft, change), honest);
}

/** The answer that a fault gives in place of the honest one; undefined where it only changes how that one ends. */
function draftOfFault(world: World, call: Call, ending: Ending): Draft | undefined {
  switch (ending.kind) {
    case 'cut':
    case 'truncated':
      return undefined;
    case 'reset':
      return ending.afterWork ? undefined : { status: 0 };
    case 'hang':
      return { status: 0 };
    case 'status':
      return statusDraft(ending);
    case 'html':
      return htmlPage(200, 'Sign in', 'Please sign in to use this network.');
    case 'rate_limit':
      return limitedDraft(world, call, ending);
    case 'forbidden':
      return forbidden(ending.body ?? world.settings.forbiddenBody);
    case 'lost_cursor':
      return unusableCursor(ending.status ?? 400);
  }
}

function statusDraft({ status, body, headers }: FaultOf<'status'>): Draft {
  if (typeof body === 'string') return { status, headers, text: body };
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (isObject) return { status, headers, json: body };
  if (body !== undefined) return { status, headers, text: JSON.stringify(body) };
  return { status, headers, json: { error: 'InternalError', description: `Injected ${status}.` } };
}

function limitedDraft({ settings }: World, call: Call, fault: FaultOf<'rate_limit'>): Draft {
  const { body = settings.tooMany.body, retryAfter = settings.tooMany.retryAfter } = fault;
  return tooManyRequests({ body, retryAfter }, FAULT_RESET_SECONDS, isIncremental(call.route));
}

function endOf(ending: Ending | undefined): AnswerEnd {
  if (ending?.kind === 'cut' || ending?.kind === 'truncated') {
    return { kind: 'cut', share: ending.share ?? 0.5, isClean: ending.kind === 'truncated' };
  }
  return ending?.kind === 'reset' || ending?.kind === 'hang' ? { kind: ending.kind } : WHOLE;
}

function finish(world: World, draft: Draft, end: AnswerEnd): WireAnswer {
  const isJson = draft.text === undefined;
  return {
    status: draft.status,
    headers: {
      'content-type': isJson ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
      date: new Date(world.clock.now()).toUTCString(),
      'x-request-id': `local-${world.recorder.requests}`,
      ...draft.headers,
    },
    body: draft.text ?? JSON.stringify(draft.json ?? {}),
    end,
  };
}
