import type { Route } from '#functions/admin-api/http/route.ts';
import { digestRoutes } from './digest.ts';
import { issueRoutes } from './issues.ts';
import { taskRunRoutes } from './task-runs.ts';
import { taskRoutes } from './tasks.ts';
import { ticketAccountRoutes } from './ticket-account.ts';
import { ticketSearchRoutes } from './ticket-search.ts';
import { ticketRoutes } from './tickets.ts';
import { trendRoutes } from './trends.ts';

/** The routes of support tickets and what is made of them. */
export const ticketRouteTable: readonly Route[] = [
  ...taskRoutes,
  ...taskRunRoutes,
  ...ticketAccountRoutes,
  ...ticketSearchRoutes,
  ...ticketRoutes,
  ...issueRoutes,
  ...trendRoutes,
  ...digestRoutes,
];
