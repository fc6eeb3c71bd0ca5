/** The way of one HTTP request: counted, limited, spoilt or answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBodyText } from '#local/http/read-body-text.ts';
import { applyOps } from '#local/marketplace/catalog/catalog-ops.ts';
import type { FaultOf } from '#local/marketplace/faults/fault-schema.ts';
import type { Plan } from '#local/marketplace/faults/faults.ts';
import type { World } from '#local/marketplace/world.ts';
import { errorAnswer, rateLimitedAnswer, type WireAnswer } from './answer.ts';
import { handleCall } from './handle-call.ts';
import { type Call, readCall } from './routes.ts';
import { needsAnswer, type Outlet, sendAnswer, sendSpoilt } from './send-answer.ts';

/** Serves one request of the marketplace's own API. Never rejects. */
export async function serveRequest(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = readCall(request);
  const ticket = world.recorder.begin(call);
  response.once('close', () => ticket.end(0));
  const outlet: Outlet = { response, ticket };
  try {
    const waitMs = world.limiter.admit(world.recorder.stats.inFlight);
    if (waitMs === undefined) await serveAdmitted(world, call, request, outlet);
    else sendAnswer(outlet, rateLimitedAnswer(waitMs, world.now(), 'seconds'));
  } catch (error) {
    if (request.errored) return; // The client went away in the middle of its request.
    // A bug of the simulator must be seen as one, not as a marketplace that misbehaves.
    process.stderr.write(`marketplace simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
    if (!response.headersSent) sendAnswer(outlet, errorAnswer(500, 'simulator_bug', String(error)));
  }
}

async function serveAdmitted(
  world: World,
  call: Call,
  request: IncomingMessage,
  outlet: Outlet,
): Promise<void> {
  const plan = world.faults.planCall(call);
  const latencyMs = world.settings.latencyMs + plan.latencyMs;
  if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false });
  for (const fault of plan.before) await runBefore(world, call, fault);
  const body = await readBodyText(request);
  const { ending } = plan;
  const isWorkDone = !ending || needsAnswer(ending);
  const answer = isWorkDone
    ? lieAboutTotals(answerClamped(world, call, body, plan.clamp), plan.totals)
    : undefined;
  if (ending) sendSpoilt(outlet, ending, answer, world.now());
  else if (answer) sendAnswer(outlet, answer);
}

/** The answer of a server that gives other pages than it is asked for. */
function answerClamped(
  world: World,
  call: Call,
  body: string | undefined,
  clamp: FaultOf<'clamp'> | undefined,
): WireAnswer {
  if (!clamp || call.route !== 'skills') return answerBody(world, call, body);
  const query = new URLSearchParams(call.query);
  query.set('page_size', String(clamp.rows));
  const answer = answerBody(world, { ...call, query }, body);
  const asked = Number(call.query.get('page_size') ?? clamp.rows);
  if (!answer.page || clamp.says === 'given') return answer;
  const totalPages = Math.ceil(answer.page.total / asked);
  return { ...answer, page: { ...answer.page, pageSize: asked, totalPages } };
}

function answerBody(world: World, call: Call, body: string | undefined): WireAnswer {
  if (body === undefined) return errorAnswer(413, 'too_large', 'A request may have 1 MB at most.');
  return handleCall(world, call, body);
}

/** Runs a fault that acts before the answer is made. */
export async function runBefore(
  world: World,
  call: Call,
  fault: Plan<unknown>['before'][number],
): Promise<void> {
  if (fault.kind === 'mutate') await fault.run();
  else if (fault.kind === 'ops') applyOps(world, fault.ops);
  else if (call.token !== undefined) world.tokens.expire(call.token);
}

function lieAboutTotals(answer: WireAnswer, lies: readonly FaultOf<'total'>[]): WireAnswer {
  if (!answer.page) return answer;
  let { total, totalPages } = answer.page;
  for (const lie of lies) {
    total = (lie.total ?? total) + (lie.delta ?? 0);
    const honestPages = Math.ceil(total / answer.page.pageSize);
    totalPages = (lie.totalPages ?? honestPages) + (lie.totalPagesDelta ?? 0);
  }
  return { ...answer, page: { ...answer.page, total, totalPages } };
}
