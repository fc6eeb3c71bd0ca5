/** What a route answers to its example, where that is not 200 and runs are under way. */
export const STATUSES: Readonly<Record<string, number>> = {
  // The manual triggers meet the runs that are under way.
  'POST /api/admin/sync/skills': 409,
  'POST /api/admin/sync/ratings': 409,
  'POST /api/skills/{id}/ratings': 201,
  'POST /api/admin/ratings/failed-uploads/retry': 202,
  // There is no such upload, nor such a conflict.
  'POST /api/admin/ratings/failed-uploads/{id}/retry': 404,
  'GET /api/admin/sync/conflicts/{id}': 404,
  'POST /api/admin/sync/resolve': 404,
  'POST /api/tasks/sync': 409,
  'POST /api/tasks/analyze': 409,
  'POST /api/tasks/pipeline': 409,
  'POST /api/tasks/consolidate': 409,
  'POST /api/tasks/retention': 409,
  // It was merged away by the example before.
  'POST /api/issues/{id}/split': 409,
  'POST /api/tickets/reset': 409,
  // That run is one of the skill sync.
  'GET /api/tasks/runs/{run_id}': 404,
  'POST /api/tasks/runs/{run_id}/cancel': 404,
  'POST /api/tickets/{id}/reanalyse': 202,
};
