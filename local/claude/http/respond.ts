/** The core: one request in, one answer out. Everything that comes from outside is passed in. */
import {
  type BatchCall,
  cancelBatch,
  createBatch,
  deleteBatch,
  listBatches,
  readBatch,
  readResults,
} from '#local/claude/batches/batch-calls.ts';
import { textIn } from '#local/claude/batches/run-item.ts';
import { answerCount, answerMessage, isSpent } from '#local/claude/messages/message-calls.ts';
import { failureAnswer, lostBy, SPEND_LIMIT } from '#local/claude/switches/failure-answer.ts';
import { isAccepted, type Plan, type Target } from '#local/claude/switches/switches.ts';
import type { World } from '#local/claude/world.ts';
import { errorAnswer, invalid, isProblem, type Problem } from './api-error.ts';
import { listModels, readModel } from './model-calls.ts';
import { findRoute, methodsOf, type Route } from './routes.ts';
import { type ClaudeAnswer, type ClaudeRequest, isRecord, parseJson } from './wire.ts';

const MEGABYTE = 1024 * 1024;
/** Of a message and of a token count. */
const MAX_MESSAGE_BYTES = 32 * MEGABYTE;
/** Of a batch. */
export const MAX_BATCH_BYTES = 256 * MEGABYTE;
/** The SDK sends the newest since its version 1.0. */
const VERSIONS = ['2026-10-21', '2023-06-01', '2023-01-01'];

/** A request on its way. */
type Call = {
  readonly request: ClaudeRequest;
  readonly route: Route;
  readonly requestId: string;
  /** Parsed; undefined where it is no JSON. */
  readonly body: unknown;
  readonly plan: Plan;
};

/** Answers a request to the API. */
export async function respond(world: World, request: ClaudeRequest): Promise<ClaudeAnswer> {
  const route = findRoute(request.method, request.path);
  const end = world.recorder.begin(route.name, request.body);
  const body = request.body === '' ? undefined : parseJson(request.body);
  const plan = world.switches.plan(targetOf(world, route, body));
  const call: Call = { request, route, requestId: world.ids.request(), body, plan };
  const delayMs = world.settings.latencyMs + plan.delayMs;
  if (delayMs > 0) await world.sleep(delayMs);
  const answer = withHeaders(world, call, answerCall(world, call));
  end(answer.lost ? 0 : answer.status);
  return answer;
}

function answerCall(world: World, call: Call): ClaudeAnswer {
  const { plan, requestId } = call;
  if (plan.failure) return failureAnswer(plan.failure, requestId, world.now());
  if (!plan.loss) return finished(doWork(world, call), requestId);
  const lost = lostBy(plan.loss);
  if (!isAccepted(plan.loss)) return { status: 0, headers: {}, body: '', lost };
  return { ...finished(doWork(world, call), requestId), lost };
}

function finished(result: ClaudeAnswer | Problem, requestId: string): ClaudeAnswer {
  return isProblem(result) ? errorAnswer(result, requestId) : result;
}

function withHeaders(world: World, { requestId }: Call, answer: ClaudeAnswer): ClaudeAnswer {
  const date = new Date(world.now()).toUTCString();
  return { ...answer, headers: { 'request-id': requestId, date, ...answer.headers } };
}

function doWork(world: World, call: Call): ClaudeAnswer | Problem {
  const refused = refusalOf(world, call);
  if (refused) return refused;
  const { request, route, requestId, body, plan } = call;
  const about: BatchCall = {
    batches: world.batches,
    origin: request.origin,
    id: route.id,
    query: request.query,
    text: request.body,
    body,
  };
  switch (route.name) {
    case 'messages':
      return answerMessage(world, body, { effects: plan.effects, requestId });
    case 'count_tokens':
      return answerCount(world, body);
    case 'create_batch':
      return isSpent(world) ? SPEND_LIMIT : createBatch(about);
    case 'list_batches':
      return listBatches(about);
    case 'batch':
      return readBatch(about);
    case 'cancel_batch':
      return cancelBatch(about);
    case 'delete_batch':
      return deleteBatch(about);
    case 'batch_results':
      return readResults(about);
    case 'models':
      return listModels(world.models, request.query);
    case 'model':
      return readModel(world.models, route.id);
    case 'unknown':
      return unknownCall(request);
  }
}

/** What every call is checked for before its own rules. */
function refusalOf(world: World, { request, route, body }: Call): Problem | undefined {
  const key = keyOf(request);
  if (key === undefined) return { type: 'authentication_error', message: 'x-api-key header is required' };
  if (key !== world.apiKey) return { type: 'authentication_error', message: 'invalid x-api-key' };
  const version = request.header('anthropic-version');
  if (version === undefined) return invalid('anthropic-version: header is required');
  if (!VERSIONS.includes(version)) return invalid(`anthropic-version: "${version}" is not a valid version`);
  const takesBody = ['messages', 'count_tokens', 'create_batch'].includes(route.name);
  if (!takesBody) return undefined;
  const limit = route.name === 'create_batch' ? MAX_BATCH_BYTES : MAX_MESSAGE_BYTES;
  if (isLarger(request.body, limit)) return tooLarge(limit);
  if (!isRecord(body)) return invalid('The request body is not valid JSON: an object is expected');
  return undefined;
}

/** The SDK sends the key as a bearer token since its version 1.0, other clients as a header of its own. */
function keyOf({ header }: ClaudeRequest): string | undefined {
  return header('x-api-key') || /^Bearer\s+(\S+)$/i.exec(header('authorization') ?? '')?.[1];
}

/** The refusal of a body beyond the limit. */
export function tooLarge(limitBytes: number): Problem {
  const megabytes = limitBytes / MEGABYTE;
  return { type: 'request_too_large', message: `Request exceeds the maximum size of ${megabytes} MB` };
}

/** No character has more than three bytes for each of its units. */
function isLarger(text: string, limitBytes: number): boolean {
  return text.length * 3 > limitBytes && Buffer.byteLength(text) > limitBytes;
}

function unknownCall({ method, path }: ClaudeRequest): Problem {
  const isMethod = methodsOf(path).length > 0;
  const message = isMethod ? `Method ${method} is not allowed for ${path}` : `Not found: ${path}`;
  return isMethod ? invalid(message) : { type: 'not_found_error', message };
}

/** What switches are matched against; costs nothing where there are none. */
function targetOf(world: World, { name }: Route, body: unknown): Target {
  if (world.switches.isEmpty || !isRecord(body)) return { route: name, texts: [], customIds: [] };
  if (name !== 'create_batch') {
    const model = typeof body.model === 'string' ? body.model : undefined;
    return { route: name, model, texts: [textIn(body.messages)], customIds: [] };
  }
  const requests = (Array.isArray(body.requests) ? body.requests : []).filter(isRecord);
  return {
    route: name,
    texts: requests.map(({ params }) => textIn(isRecord(params) ? params.messages : undefined)),
    customIds: requests.flatMap(({ custom_id: id }) => (typeof id === 'string' ? [id] : [])),
  };
}
