import type { Route } from '#functions/admin-api/http/route.ts';
import { baseRouteTable } from './base-route-table.ts';
import { openApiRoute } from './openapi.ts';
import { ticketRouteTable } from './ticket-route-table.ts';

/** Every route of the API. What is not in here does not exist. */
export const routeTable: readonly Route[] = [
  ...baseRouteTable,
  ...ticketRouteTable,
  openApiRoute(() => routeTable),
];
