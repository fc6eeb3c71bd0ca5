import { fitPage, type PageOptions } from './fit-page.ts';
import type { RouteResponse } from './route.ts';

/**
 * Answers a page of a list: the items under the list's own name, and `next_cursor`, which is null at the end.
 *
 * @param name what the list is called in the body: `runs`, `skills`, …
 * @param read reads a page of at most so many stored items; called again with a smaller limit where they are large
 * @example answerPage('runs', (size) => runs.list({}, size, cursor, now()), { limit, present: presentRun })
 */
export async function answerPage<S, T>(
  name: string,
  read: Parameters<typeof fitPage<S, T>>[0],
  options: PageOptions<S, T>,
): Promise<RouteResponse> {
  const { items, cursor } = await fitPage(read, options);
  return { status: 200, body: { success: true, [name]: items, next_cursor: cursor ?? null } };
}
