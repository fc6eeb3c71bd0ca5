/** What stands behind the `?` of a call; encoded here. */
export type Query = Readonly<Record<string, string | number>>;

/**
 * The base that all calls of one server are put behind; it may hold a path.
 *
 * @param server whose it is, as the error calls it
 * @throws TypeError when it is no URL or holds a user name or a password
 */
export function callBase(baseUrl: string, server: string): URL {
  const base = new URL(baseUrl);
  if (base.username !== '' || base.password !== '') {
    throw new TypeError(`The ${server} URL must not hold a user name or a password.`);
  }
  return base;
}

/** The address of a call. @param path begins with a slash; its segments are encoded */
export function callUrl(base: URL, path: string, query: Query = {}): URL {
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, '') + path;
  url.search = '';
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
  url.hash = '';
  return url;
}
