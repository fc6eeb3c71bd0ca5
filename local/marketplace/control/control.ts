/**
 * The control endpoint: everything that a test can do with the simulator, over HTTP, below
 * `/__control`. It asks for no token, so it answers to this computer only.
 * `GET /__control` lists the calls; `README.md` shows them with curl.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { contentOf, errorAnswer, jsonAnswer, type WireAnswer } from '#local/marketplace/http/answer.ts';
import { readBodyText } from '#local/marketplace/http/read-body-text.ts';
import { parseJson } from '#local/marketplace/http/wire.ts';
import type { World } from '#local/marketplace/world.ts';
import { CONTROL_ROUTES } from './control-routes.ts';

const PREFIX = '/__control';

/** True when a request is for the control endpoint. */
export function isControlPath(url: string | undefined): boolean {
  return url !== undefined && /^\/__control(?:[/?]|$)/.test(url);
}

/** True for an address of this computer, as sockets report it. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/.test(address);
}

/** Serves one request to the control endpoint. Never rejects. */
export async function serveControl(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: WireAnswer;
  try {
    answer = await answerControl(world, request);
  } catch (error) {
    if (request.errored) return; // The client went away in the middle of its request.
    answer = refusal(error);
  }
  const content = contentOf(answer);
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(`${content}\n`);
}

async function answerControl(world: World, request: IncomingMessage): Promise<WireAnswer> {
  if (!isLoopback(request.socket.remoteAddress)) {
    return errorAnswer(403, 'forbidden', 'The control endpoint answers to this computer only.');
  }
  const url = new URL(request.url ?? PREFIX, 'http://localhost');
  const path = url.pathname.slice(PREFIX.length).replace(/\/$/, '');
  if (path === '') return jsonAnswer(200, { calls: describeCalls() });
  const matching = CONTROL_ROUTES.filter((route) => idIn(route.path, path) !== undefined);
  const route = matching.find((candidate) => candidate.method === request.method);
  if (matching.length === 0) return errorAnswer(404, 'not_found', `See GET ${PREFIX} for what there is.`);
  if (!route) {
    const allow = matching.map((candidate) => candidate.method).join(', ');
    return errorAnswer(405, 'method_not_allowed', `${url.pathname} takes ${allow}.`, { allow });
  }
  const text = await readBodyText(request);
  const body = text === '' ? {} : parseJson(text ?? '');
  if (body === undefined) return errorAnswer(400, 'invalid_json', 'The body is not JSON of at most 1 MB.');
  const result = route.run(world, { body, id: idIn(route.path, path) ?? '', query: url.searchParams });
  return result === undefined
    ? errorAnswer(404, 'not_found', `There is no ${url.pathname}.`)
    : jsonAnswer(200, result);
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

/** The answer to a call that threw: of a body that a schema refused, the bad fields by name. */
export function refusal(error: unknown): WireAnswer {
  if (!(error instanceof z.ZodError)) return errorAnswer(500, 'simulator_bug', String(error));
  const details = error.issues.flatMap(flattenIssue);
  const message = details.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  return jsonAnswer(400, { error: 'invalid_request', message, details });
}

/** A union's own message says nothing; the branch that came nearest says what is wrong. */
function flattenIssue(issue: z.core.$ZodIssue): { field: string; problem: string }[] {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [nearest] = [...issue.errors].sort((a, b) => distance(a) - distance(b));
    const inner = (nearest ?? []).flatMap(flattenIssue);
    return inner.map(({ field, problem }) => ({ field: joinPath(issue.path, field), problem }));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: joinPath(issue.path, key), problem: 'unknown field' }));
  }
  return [{ field: joinPath(issue.path, ''), problem: issue.message }];
}

/** A branch that failed at its root is of another kind altogether. */
function distance(issues: z.core.$ZodIssue[]): number {
  const isOtherKind = issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type');
  return issues.length + (isOtherKind ? 1000 : 0);
}

function joinPath(path: PropertyKey[], last: string): string {
  const parts = [...path.map(String), last].filter((part) => part !== '' && part !== 'body');
  return parts.join('.') || 'body';
}
