/** Which of the marketplace's calls a request is. */
import type { IncomingMessage } from 'node:http';

/** The names of the calls, as faults and statistics use them. */
export const ROUTE_NAMES = [
  'skills',
  'skill',
  'categories',
  'add_rating',
  'update_rating',
  'mint_token',
  'revoke_token',
  'health',
  'feed',
  'unknown',
] as const;

/** The name of a call; `feed` is the socket's handshake, `unknown` anything that does not exist. */
export type RouteName = (typeof ROUTE_NAMES)[number];

/** A request, taken apart. */
export type Call = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly route: RouteName;
  /** What the path names: a skill, a rating or a token. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The page that is asked for; undefined everywhere but in the skill listing. */
  readonly page: number | undefined;
  readonly token: string | undefined;
  /** When the path exists but not with this method: the methods that it has. */
  readonly allowed?: readonly string[];
};

const PATHS: readonly { pattern: RegExp; methods: Readonly<Record<string, RouteName>> }[] = [
  { pattern: /^\/api\/v1\/skills$/, methods: { GET: 'skills' } },
  { pattern: /^\/api\/v1\/skills\/([^/]+)$/, methods: { GET: 'skill' } },
  { pattern: /^\/api\/v1\/categories$/, methods: { GET: 'categories' } },
  { pattern: /^\/api\/v1\/ratings$/, methods: { POST: 'add_rating' } },
  { pattern: /^\/api\/v1\/ratings\/([^/]+)$/, methods: { PUT: 'update_rating' } },
  { pattern: /^\/api\/v1\/tokens$/, methods: { POST: 'mint_token' } },
  { pattern: /^\/api\/v1\/tokens\/([^/]+)$/, methods: { DELETE: 'revoke_token' } },
  { pattern: /^\/health$/, methods: { GET: 'health' } },
  { pattern: /^\/ws$/, methods: { GET: 'feed' } },
];

/** Takes a request apart. Never throws: what cannot be read is an unknown call. */
export function readCall(request: IncomingMessage): Call {
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  const queryStart = target.indexOf('?');
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  const query = new URLSearchParams(queryStart === -1 ? '' : target.slice(queryStart));
  const token = bearer(request.headers.authorization);
  const blank: Call = { method, path, route: 'unknown', id: '', query, page: undefined, token };
  for (const { pattern, methods } of PATHS) {
    const match = pattern.exec(path);
    if (!match) continue;
    const route = methods[method];
    if (!route) return { ...blank, allowed: Object.keys(methods) };
    const page = route === 'skills' ? Number(query.get('page') ?? 1) : undefined;
    return { ...blank, route, page, id: decode(match[1] ?? '') };
  }
  return blank;
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(header ?? '')?.[1];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
