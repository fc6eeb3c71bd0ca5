/**
 * Redirects that are followed: from an address to itself with a slash at its end, or without, which is how many a
 * framework answers. Anything else would carry the token to wherever the answer says.
 */

const KEEP_METHOD: ReadonlySet<number> = new Set([307, 308]);
const FOLLOWED_FOR_GET: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/**
 * What a server answers that knows no such path. Where a path has moved to is a memory; one that is answered so may be
 * out of date, and must not have a skill taken for gone: the path is forgotten and asked for where it was.
 */
export const NO_SUCH_PATH: ReadonlySet<number> = new Set([404, 405, 410, 501]);
/** Paths that are remembered: those without an id in them, and some with one. */
const MAX_MOVED = 500;

/** Remembers where paths have moved, so that a listing of many pages is not redirected page by page. */
export function createMovedPaths(): Map<string, string> {
  return new Map();
}

/** The address as the marketplace wants it, as far as it has said so. */
export function movedUrl(url: URL, moved: Map<string, string>): URL {
  if (moved.size > MAX_MOVED) moved.clear();
  const path = moved.get(url.pathname);
  if (path === undefined) return url;
  const there = new URL(url);
  there.pathname = path;
  return there;
}

/**
 * The path that a redirect leads to, where it may be followed: same origin, same query (or none named), and the same
 * path but for the slash at its end. A call that changes something is only sent again where its method is kept.
 */
export function slashRedirect(
  url: URL,
  method: string,
  status: number,
  location: string | null,
): string | undefined {
  const isFollowed = method === 'GET' ? FOLLOWED_FOR_GET.has(status) : KEEP_METHOD.has(status);
  if (!isFollowed || location === null || !URL.canParse(location, url.href)) return undefined;
  const there = new URL(location, url);
  if (there.origin !== url.origin || there.username !== '' || there.password !== '') return undefined;
  if (there.search !== url.search && there.search !== '') return undefined;
  if (there.pathname === url.pathname || bare(there.pathname) !== bare(url.pathname)) return undefined;
  return there.pathname;
}

/** What is wrong with a redirect that is not followed, and what to do. */
export function redirected(shown: string, status: number): string {
  return `The marketplace redirected ${shown} (${status}) to another address, which is not followed because the token would go along. Set ATOM_SAAS_API_URL to the address that it really has.`;
}

function bare(path: string): string {
  return path.replace(/\/$/, '');
}
