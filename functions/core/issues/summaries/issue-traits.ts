import type { GroupedTicket } from '../grouped-ticket.ts';
import type { IssueSummary } from '../issue.ts';
import type { SeverityMix } from '../trends/issue-score.ts';

/** What most of an issue's tickets are. */
export type IssueTraits = Pick<IssueSummary, 'kind' | 'productArea' | 'severityMix' | 'languages'>;

const NO_SEVERITY: SeverityMix = { critical: 0, high: 0, medium: 0, low: 0 };

/** By the tickets of the window, without copies that were merged, unless there is nothing else. */
export function traitsOf(tickets: readonly GroupedTicket[]): IssueTraits {
  const own = tickets.filter(({ mergedInto }) => mergedInto === null);
  const counted = own.length > 0 ? own : tickets;
  const mix = { ...NO_SEVERITY };
  for (const { severity } of own) if (severity !== null) mix[severity] += 1;
  return {
    kind: byFrequency(counted.map(({ kind }) => kind))[0] ?? null,
    productArea: byFrequency(counted.map(({ productArea }) => productArea))[0] ?? null,
    severityMix: mix,
    languages: byFrequency(counted.map(({ language }) => language)),
  };
}

/** The traits of an issue of which there are no tickets in the window: what it was, without anything to weigh. */
export function traitsWithoutTickets(earlier: IssueTraits | undefined): IssueTraits {
  return {
    kind: earlier?.kind ?? null,
    productArea: earlier?.productArea ?? null,
    severityMix: NO_SEVERITY,
    languages: earlier?.languages ?? [],
  };
}

/** The values that there are, the most frequent first, of equal ones in the order of the alphabet. */
function byFrequency<T extends string>(values: readonly (T | null)[]): T[] {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([value]) => value);
}
