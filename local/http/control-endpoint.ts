/**
 * A control endpoint: what a test can do with a simulator, over HTTP, below `/__control`. It asks for no token, so it
 * answers to this computer only. `GET /__control` lists the calls.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { parseJson } from './parse-json.ts';
import { readBodyText } from './read-body-text.ts';

const PREFIX = '/__control';

/** A request to a control endpoint. */
type ControlRequest = {
  /** Parsed body; `{}` where there was none. */
  readonly body: unknown;
  /** What stands for `{id}` in the path. */
  readonly id: string;
  readonly query: URLSearchParams;
};

/** One call; its path is below `/__control`. `run` answers the JSON body; undefined = there is no such thing (404). */
export type ControlRoute<World> = {
  readonly method: string;
  readonly path: string;
  readonly about: string;
  run(world: World, request: ControlRequest): unknown;
};

/** A control request before it is understood. */
export type ControlCall = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The body; undefined when it was over 1 MB. */
  readonly text: string | undefined;
};

/** The answer to a control request; its body is JSON. */
export type ControlAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Makes a route of a world, such as `PUT /total`, whose body is checked by a schema. */
export type RouteMaker<World> = <Schema extends z.ZodType>(
  call: `${'POST' | 'PUT' | 'PATCH'} /${string}`,
  about: string,
  schema: Schema,
  run: (world: World, body: z.infer<Schema>) => unknown,
) => ControlRoute<World>;

/** The maker of a world's routes with bodies; their `run` throws the schema's ZodError. */
export function createRouteMaker<World>(): RouteMaker<World> {
  return (call, about, schema, run) => {
    const [method = '', path = ''] = call.split(' ');
    return { method, path, about, run: (world, request) => run(world, schema.parse(request.body)) };
  };
}

/** True when a request is for the control endpoint. */
export function isControlPath(url: string | undefined): boolean {
  return url !== undefined && /^\/__control(?:[/?]|$)/.test(url);
}

/** True for an address of this computer, as sockets report it. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/.test(address);
}

/** Serves one request to a control endpoint. Never rejects. */
export async function serveControl<World>(
  routes: readonly ControlRoute<World>[],
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: ControlAnswer;
  if (isLoopback(request.socket.remoteAddress)) {
    const { method = 'GET', url = PREFIX } = request;
    try {
      answer = answerControl(routes, world, { method, url, text: await readBodyText(request) });
    } catch {
      return; // The client went away in the middle of its request.
    }
  } else {
    answer = failure(403, 'forbidden', 'The control endpoint answers to this computer only.');
  }
  response.writeHead(answer.status, answer.headers);
  response.end(`${answer.body}\n`);
}

/** Answers a control request. Never throws. */
export function answerControl<World>(
  routes: readonly ControlRoute<World>[],
  world: World,
  call: ControlCall,
): ControlAnswer {
  try {
    return runRoute(routes, world, call);
  } catch (error) {
    return refusal(error);
  }
}

function runRoute<World>(
  routes: readonly ControlRoute<World>[],
  world: World,
  { method, url: target, text }: ControlCall,
): ControlAnswer {
  const url = new URL(target, 'http://localhost');
  const path = url.pathname.slice(PREFIX.length).replace(/\/$/, '');
  if (path === '') return success({ calls: routes.map(describeCall) });
  const matching = routes.filter((route) => idIn(route.path, path) !== undefined);
  const route = matching.find((candidate) => candidate.method === method);
  if (matching.length === 0) return failure(404, 'not_found', `See GET ${PREFIX} for what there is.`);
  if (!route) {
    const allow = matching.map((candidate) => candidate.method).join(', ');
    return failure(405, 'method_not_allowed', `${url.pathname} takes ${allow}.`, { allow });
  }
  const body = text === '' ? {} : parseJson(text ?? '');
  if (body === undefined) return failure(400, 'invalid_json', 'The body is not JSON of at most 1 MB.');
  const result = route.run(world, { body, id: idIn(route.path, path) ?? '', query: url.searchParams });
  return result === undefined ? failure(404, 'not_found', `There is no ${url.pathname}.`) : success(result);
}

function success(value: unknown): ControlAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function failure(
  status: number,
  error: string,
  message: string,
  more: Record<string, string> = {},
): ControlAnswer {
  const headers = { 'content-type': 'application/json', ...more };
  return { status, headers, body: JSON.stringify({ error, message }) };
}

function describeCall({ method, path, about }: { method: string; path: string; about: string }): string {
  return `${method} ${PREFIX}${path}: ${about}`;
}

/** What stands for `{id}`; '' when the path has none and matches; undefined when it does not match. */
function idIn(pattern: string, path: string): string | undefined {
  if (!pattern.endsWith('/{id}')) return pattern === path ? '' : undefined;
  const start = pattern.slice(0, -'{id}'.length);
  const id = path.startsWith(start) ? path.slice(start.length) : '';
  return id !== '' && !id.includes('/') ? id : undefined;
}

function refusal(error: unknown): ControlAnswer {
  if (!(error instanceof z.ZodError)) return failure(500, 'simulator_bug', String(error));
  const details = error.issues.flatMap(flattenIssue);
  const message = details.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  const body = JSON.stringify({ error: 'invalid_request', message, details });
  return { status: 400, headers: { 'content-type': 'application/json' }, body };
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
