/**
 * The control endpoint: everything that a test can do with the simulator, over HTTP, below `/__control`. It asks for
 * no key, and the server listens on this computer only. `GET /__control` lists the calls.
 */
import { type ClaudeAnswer, type ClaudeRequest, jsonAnswer, parseJson } from '#local/claude/http/wire.ts';
import type { World } from '#local/claude/world.ts';
import { refusal } from '#local/marketplace/control/control.ts';
import { CONTROL_ROUTES } from './control-routes.ts';

const PREFIX = '/__control';

/** True when a request is for the control endpoint. */
export function isControlPath(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/** Answers one request to the control endpoint. */
export async function respondControl(world: World, request: ClaudeRequest): Promise<ClaudeAnswer> {
  try {
    return answerControl(world, request);
  } catch (error) {
    const { status, headers, body } = refusal(error);
    return { status, headers: { 'content-type': 'application/json', ...headers }, body: String(body) };
  }
}

function answerControl(world: World, request: ClaudeRequest): ClaudeAnswer {
  const path = request.path.slice(PREFIX.length).replace(/\/$/, '');
  if (path === '') return jsonAnswer(200, { calls: describeCalls() });
  const matching = CONTROL_ROUTES.filter((route) => idIn(route.path, path) !== undefined);
  const route = matching.find(({ method }) => method === request.method);
  if (matching.length === 0) return failure(404, 'not_found', `See GET ${PREFIX} for what there is.`);
  if (!route) {
    const allow = matching.map(({ method }) => method).join(', ');
    return failure(405, 'method_not_allowed', `${request.path} takes ${allow}.`);
  }
  const body = request.body === '' ? {} : parseJson(request.body);
  if (body === undefined) return failure(400, 'invalid_json', 'The body is not JSON.');
  const { query, origin } = request;
  const result = route.run(world, { body, id: idIn(route.path, path) ?? '', query, origin });
  return result === undefined
    ? failure(404, 'not_found', `There is no ${request.path}.`)
    : jsonAnswer(200, result);
}

function failure(status: number, error: string, message: string): ClaudeAnswer {
  return jsonAnswer(status, { error, message });
}

function describeCalls(): string[] {
  return CONTROL_ROUTES.map(({ method, path, about }) => `${method} ${PREFIX}${path}: ${about}`);
}

/** What stands for `{id}`; '' when the path has none and matches; undefined when it does not match. */
function idIn(pattern: string, path: string): string | undefined {
  if (!pattern.endsWith('/{id}')) return pattern === path ? '' : undefined;
  const start = pattern.slice(0, -'{id}'.length);
  const id = path.startsWith(start) ? path.slice(start.length) : '';
  return id !== '' && !id.includes('/') ? id : undefined;
}
