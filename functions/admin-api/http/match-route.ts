import { methodNotAllowed, notFound } from './errors.ts';
import type { Route } from './route.ts';

/** The route of a request with its path parameters, decoded. */
export type RouteMatch = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

/** Finds the route of a request. @throws ApiError `not_found`, or `method_not_allowed` with what is allowed */
export type MatchRoute = (method: string, segments: readonly string[]) => RouteMatch | Promise<RouteMatch>;

type Pattern = {
  readonly route: Route;
  readonly segments: readonly string[];
  readonly parameterCount: number;
  /** Like the path, but a parameter may span slashes. */
  readonly spanning: RegExp;
};

/**
 * Makes the matcher of a route table.
 *
 * First the path is matched part by part; words beat parameters (`/runs/latest` before `/runs/{run_id}`).
 * A path that nothing matches so is tried once more with parameters that may span slashes: API Gateway
 * decodes `%2F` before we see it, so an id with a slash arrives as several parts.
 *
 * @throws ApiError from the matcher: `not_found`, or `method_not_allowed` with what is allowed
 */
export function createMatcher(
  routes: readonly Route[],
): (method: string, segments: readonly string[]) => RouteMatch {
  const patterns = routes.map(compile).sort((a, b) => a.parameterCount - b.parameterCount);
  const byLength = Map.groupBy(patterns, (pattern) => pattern.segments.length);

  return (method, segments) => {
    const samePath = (byLength.get(segments.length) ?? []).filter((pattern) => fits(pattern, segments));
    const exact = samePath.find((pattern) => pattern.route.method === method);
    if (exact) return { route: exact.route, params: parametersOf(exact, segments) };
    if (samePath.length > 0) throw methodNotAllowed(methodsOf(samePath));
    const spanning = findSpanning(patterns, method, segments.join('/'));
    if (spanning) return spanning;
    throw notFound('not_found', 'There is nothing at this address. The API is described in docs/api.md.');
  };
}

function compile(route: Route): Pattern {
  const segments = route.path.split('/').slice(1);
  const parts = segments.map((part) =>
    isParameter(part) ? `(?<${nameOf(part)}>.+)` : part.replaceAll('.', '\\.'),
  );
  return {
    route,
    segments,
    parameterCount: segments.filter(isParameter).length,
    spanning: new RegExp(`^${parts.join('/')}$`, 's'),
  };
}

function fits(pattern: Pattern, segments: readonly string[]): boolean {
  return pattern.segments.every((part, i) => (isParameter(part) ? segments[i] !== '' : segments[i] === part));
}

function methodsOf(patterns: readonly Pattern[]): string[] {
  return [...new Set(patterns.map((pattern) => pattern.route.method))].sort();
}

function parametersOf(pattern: Pattern, segments: readonly string[]): Record<string, string> {
  const parameters = pattern.segments.flatMap((part, i) =>
    isParameter(part) ? [[nameOf(part), segments[i] ?? '']] : [],
  );
  return Object.fromEntries(parameters);
}

function findSpanning(patterns: readonly Pattern[], method: string, path: string): RouteMatch | undefined {
  for (const { route, spanning, parameterCount } of patterns) {
    if (parameterCount === 0 || route.method !== method) continue;
    const match = spanning.exec(path);
    if (match) return { route, params: { ...match.groups } };
  }
  return undefined;
}

function isParameter(part: string): boolean {
  return part.startsWith('{');
}

function nameOf(part: string): string {
  return part.slice(1, -1);
}
