import type { Route } from '#functions/admin-api/http/route.ts';
import { auditRoutes } from './audit.ts';
import { cacheRoutes } from './cache.ts';
import { categoryRoutes } from './categories.ts';
import { conflictRoutes } from './conflicts.ts';
import { failedUploadRoutes } from './failed-uploads.ts';
import { feedRoutes } from './feed.ts';
import { healthRoutes } from './health.ts';
import { jobRoutes } from './jobs.ts';
import { metricsRoutes } from './metrics.ts';
import { ratingConflictRoutes } from './rating-conflicts.ts';
import { ratingRoutes } from './ratings.ts';
import { rejectedRecordRoutes } from './rejected-records.ts';
import { runRoutes } from './runs.ts';
import { skillSuggestionRoutes } from './skill-suggestions.ts';
import { skillRoutes } from './skills.ts';
import { syncRoutes } from './sync.ts';

/** The routes of everything but support tickets. */
export const baseRouteTable: readonly Route[] = [
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
];
