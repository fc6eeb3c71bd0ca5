import type { IssueCounts } from '#functions/admin-api/issues/count-issues.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';

/** The issues by status, and the open incidents. @param nowMs milliseconds since 1970 */
export async function readIssueCounts(
  { issues }: Pick<TicketServices, 'issues'>,
  nowMs: number,
): Promise<IssueCounts> {
  const [loaded, { countIssues }] = await Promise.all([
    issues(),
    import('#functions/admin-api/issues/count-issues.ts'),
  ]);
  return countIssues(loaded, nowMs);
}
