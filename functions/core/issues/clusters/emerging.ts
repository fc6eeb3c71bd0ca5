/** Fewer tickets than these are no issue yet. */
const MIN_TICKETS = 5;

/** How many distinct requesters an issue needs, unless `TICKET_MIN_CLUSTER_REQUESTERS` says otherwise. */
export const DEFAULT_MIN_REQUESTERS = 3;

/** Whether a cluster is too small to be listed as an issue: few tickets, or from few people. */
export function isEmerging(requesters: readonly string[], minRequesters = DEFAULT_MIN_REQUESTERS): boolean {
  return requesters.length < MIN_TICKETS || new Set(requesters).size < minRequesters;
}
