/** A route of the HTTP API. */
export type HttpRoute = {
  /** As in the template: `GET /health/{proxy+}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  /** Name of the function behind it. */
  readonly functionName: string;
};

/** The route that a request takes, and what its path names. */
export type MatchedRoute = { readonly route: HttpRoute; readonly pathParameters: Record<string, string> };

/** Finds the route of a request; `path` is decoded. */
export type Router = (method: string, path: string) => MatchedRoute | undefined;

type Segment = { readonly kind: 'text' | 'parameter' | 'rest'; readonly name: string };
type Pattern = { readonly route: HttpRoute; readonly method: string; readonly segments: Segment[] };

const SEGMENT_RANK: Record<Segment['kind'], number> = { text: 0, parameter: 1, rest: 2 };

/**
 * Chooses as API Gateway does: the most specific path first (text before `{name}` before `{name+}`), on the same path
 * the method itself before ANY, and `$default` when nothing else fits.
 */
export function createRouter(routes: readonly HttpRoute[]): Router {
  const patterns = routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map(patternOf)
    .sort(bySpecificity);
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const pattern of patterns) {
      if (pattern.method !== 'ANY' && pattern.method !== method) continue;
      const pathParameters = match(pattern.segments, segments);
      if (pathParameters !== undefined) return { route: pattern.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function patternOf(route: HttpRoute): Pattern {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const segments = path
    .split('/')
    .slice(1)
    .map((text): Segment => {
      const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
      if (name === undefined) return { kind: 'text', name: text };
      return { kind: greedy === '+' ? 'rest' : 'parameter', name };
    });
  return { route, method, segments };
}

function bySpecificity(a: Pattern, b: Pattern): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function rank(segment: Segment | undefined): number {
  return segment === undefined ? 0 : SEGMENT_RANK[segment.kind];
}

/** The parameters in a path; undefined when it does not match. A `rest` segment, always the last, takes all that is left. */
function match(pattern: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  const isGreedy = pattern.at(-1)?.kind === 'rest';
  if (isGreedy ? path.length < pattern.length : path.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const part = segment.kind === 'rest' ? path.slice(index).join('/') : (path[index] ?? '');
    if (segment.kind === 'text' ? part !== segment.name : part === '') return undefined;
    if (segment.kind !== 'text') parameters[segment.name] = part;
  }
  return parameters;
}
