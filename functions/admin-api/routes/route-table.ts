import type { Route } from '#functions/admin-api/http/route.ts';
import { auditRoutes } from './audit.ts';
import { cacheRoutes } from './cache.ts';
import { categoryRoutes } from './categories.ts';
import { conflictRoutes } from './conflicts.ts';
import { digestRoutes } from './digest.ts';
import { failedUploadRoutes } from './failed-uploads.ts';
import { feedRoutes } from './feed.ts';
import { healthRoutes } from './health.ts';
import { issueRoutes } from './issues.ts';
import { jobRoutes } from './jobs.ts';
import { metricsRoutes } from './metrics.ts';
import { openApiRoute } from './openapi.ts';
import { ratingConflictRoutes } from './rating-conflicts.ts';
import { ratingRoutes } from './ratings.ts';
import { rejectedRecordRoutes } from './rejected-records.ts';
import { runRoutes } from './runs.ts';
import { skillSuggestionRoutes } from './skill-suggestions.ts';
import { skillRoutes } from './skills.ts';
import { syncRoutes } from './sync.ts';
import { taskRunRoutes } from './task-runs.ts';
import { taskRoutes } from './tasks.ts';
import { ticketAccountRoutes } from './ticket-account.ts';
import { ticketSearchRoutes } from './ticket-search.ts';
import { ticketRoutes } from './tickets.ts';
import { trendRoutes } from './trends.ts';

/** Every route of the API. What is not in here does not exist. */
export const routeTable: readonly Route[] = [
  ...healthRoutes,
  ...metricsRoutes,
  // Before the skills: an id with slashes must not swallow the end of the path.
  ...ratingRoutes,
  ...skillSuggestionRoutes,
  ...skillRoutes,
  ...categoryRoutes,
  ...syncRoutes,
  ...runRoutes,
  ...rejectedRecordRoutes,
  ...jobRoutes,
  ...conflictRoutes,
  ...cacheRoutes,
  ...failedUploadRoutes,
  ...ratingConflictRoutes,
  ...feedRoutes,
  ...auditRoutes,
  ...taskRoutes,
  ...taskRunRoutes,
  ...ticketAccountRoutes,
  ...ticketSearchRoutes,
  ...ticketRoutes,
  ...issueRoutes,
  ...trendRoutes,
  ...digestRoutes,
  openApiRoute(() => routeTable),
];
