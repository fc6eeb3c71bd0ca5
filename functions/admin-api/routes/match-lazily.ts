import { createMatcher, type MatchRoute } from '#functions/admin-api/http/match-route.ts';
import type { Route } from '#functions/admin-api/http/route.ts';
import { loadOnce } from '#functions/admin-api/load-once.ts';
import { baseRouteTable } from './base-route-table.ts';
import { openApiRoute } from './openapi.ts';

/** What follows `/api/` in the addresses of support tickets. */
const TICKET_AREAS: ReadonlySet<string | undefined> = new Set([
  'tasks',
  'tickets',
  'issues',
  'trends',
  'digest',
]);

/**
 * Makes the matcher of every route of the API. Those of support tickets are a module of their own in the bundle, which
 * the first request for one of them loads: a cold start that reads a skill does without their schemas.
 */
export function createLazyMatcher(): MatchRoute {
  const loadTicketRoutes = loadOnce(async () => (await import('./ticket-route-table.ts')).ticketRouteTable);
  const ofTickets = loadOnce(async () => createMatcher(await loadTicketRoutes()));
  const openApi: Route = openApiRoute(async () => [
    ...baseRouteTable,
    ...(await loadTicketRoutes()),
    openApi,
  ]);
  const ofTheRest = createMatcher([...baseRouteTable, openApi]);
  return async (method, segments) => {
    const [first, area] = segments;
    const match = first === 'api' && TICKET_AREAS.has(area) ? await ofTickets() : ofTheRest;
    return match(method, segments);
  };
}
