/** The calls of the API. */

/** Names of the calls; `unknown` is every other. */
export const ROUTE_NAMES = [
  'messages',
  'count_tokens',
  'create_batch',
  'list_batches',
  'batch',
  'cancel_batch',
  'delete_batch',
  'batch_results',
  'models',
  'model',
  'unknown',
] as const;

/** One of them. */
export type RouteName = (typeof ROUTE_NAMES)[number];

/** Which call a request makes; `id` is what stands for `{id}`, '' where there is none. */
export type Route = { readonly name: RouteName; readonly id: string };

type Row = readonly [method: string, path: RegExp, name: RouteName];

const ROUTES: readonly Row[] = [
  ['POST', /^\/v1\/messages$/, 'messages'],
  ['POST', /^\/v1\/messages\/count_tokens$/, 'count_tokens'],
  ['POST', /^\/v1\/messages\/batches$/, 'create_batch'],
  ['GET', /^\/v1\/messages\/batches$/, 'list_batches'],
  ['GET', /^\/v1\/messages\/batches\/([^/]+)$/, 'batch'],
  ['DELETE', /^\/v1\/messages\/batches\/([^/]+)$/, 'delete_batch'],
  ['POST', /^\/v1\/messages\/batches\/([^/]+)\/cancel$/, 'cancel_batch'],
  ['GET', /^\/v1\/messages\/batches\/([^/]+)\/results$/, 'batch_results'],
  ['GET', /^\/v1\/models$/, 'models'],
  ['GET', /^\/v1\/models\/([^/]+)$/, 'model'],
];

/** Finds the call of a method and a path. */
export function findRoute(method: string, path: string): Route {
  for (const [wanted, pattern, name] of ROUTES) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (match) return { name, id: decode(match[1] ?? '') };
  }
  return { name: 'unknown', id: '' };
}

/** The methods that a path takes; none where there is no such path. */
export function methodsOf(path: string): string[] {
  return ROUTES.filter(([, pattern]) => pattern.test(path)).map(([method]) => method);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
