/** One ticket at a consolidation. */
export type TicketRow = {
  readonly id: string;
  /** Who wrote it, as a hash. */
  readonly requester: string;
  /** The issue that it has; absent: none yet. */
  readonly issue?: string;
};

/** What a consolidation did to an issue. */
export type IssueChange =
  /** Most of it is in another issue now: its id leads there. */
  | { readonly type: 'merged_into'; readonly issue: string; readonly into: string }
  /** It is made of what another issue had. */
  | { readonly type: 'split_from'; readonly issue: string; readonly from: string }
  /** It keeps its id, but less than half of what it has was in it before: its title no longer fits. */
  | { readonly type: 'renamed'; readonly issue: string };

/** Old issues beside new groups: how many requesters of an old issue are in a group. */
type Overlap = { readonly issue: string; readonly group: number; readonly requesters: number };

/** What comes of matching. */
export type Matched = { readonly issues: readonly string[]; readonly changes: readonly IssueChange[] };

/** How old issues and new groups are matched. */
export type MatchOptions = {
  /** Issues that an operator named, muted or merged: their ids are kept before all others. */
  readonly pinned: ReadonlySet<string>;
  readonly newId: () => string;
};

/**
 * Gives ids to groups. A group keeps the id of the old issue with which it shares the most requesters, each id is kept
 * once, and a group that is left gets a new one. An old id that no group keeps leads to where most of it went.
 *
 * @param groups by ticket, from 0 on
 */
export function matchIssues(
  tickets: readonly TicketRow[],
  groups: Int32Array,
  { pinned, newId }: MatchOptions,
): Matched {
  const overlaps = overlapsOf(tickets, groups);
  overlaps.sort(
    (one, other) =>
      Number(pinned.has(other.issue)) - Number(pinned.has(one.issue)) ||
      other.requesters - one.requesters ||
      (one.issue < other.issue ? -1 : 1) ||
      one.group - other.group,
  );
  const idOf = new Map<number, string>();
  const kept = new Set<string>();
  for (const { issue, group } of overlaps) {
    if (idOf.has(group) || kept.has(issue)) continue;
    idOf.set(group, issue);
    kept.add(issue);
  }
  for (const group of groups) if (!idOf.has(group)) idOf.set(group, newId());
  const issues = Array.from(groups, (group) => idOf.get(group) as string);
  return { issues, changes: changesOf({ overlaps, idOf, kept, sizes: requestersByGroup(tickets, groups) }) };
}

function overlapsOf(tickets: readonly TicketRow[], groups: Int32Array): Overlap[] {
  const requesters = new Map<string, Set<string>>();
  const keys = new Map<string, { issue: string; group: number }>();
  tickets.forEach(({ issue, requester }, row) => {
    if (issue === undefined) return;
    const group = groups[row] as number;
    const key = `${group}/${issue}`;
    keys.set(key, { issue, group });
    requesters.set(key, (requesters.get(key) ?? new Set()).add(requester));
  });
  return [...keys].map(([key, pair]) => ({ ...pair, requesters: requesters.get(key)?.size ?? 0 }));
}

/** How many requesters of tickets that had an issue each group has. */
function requestersByGroup(tickets: readonly TicketRow[], groups: Int32Array): Map<number, number> {
  const all = new Map<number, Set<string>>();
  tickets.forEach(({ issue, requester }, row) => {
    const group = groups[row] as number;
    if (issue !== undefined) all.set(group, (all.get(group) ?? new Set()).add(requester));
  });
  return new Map([...all].map(([group, requesters]) => [group, requesters.size]));
}

function changesOf(facts: {
  readonly overlaps: readonly Overlap[];
  readonly idOf: ReadonlyMap<number, string>;
  readonly kept: ReadonlySet<string>;
  readonly sizes: ReadonlyMap<number, number>;
}): IssueChange[] {
  const { overlaps, idOf, kept, sizes } = facts;
  const largest = [...overlaps].sort((one, other) => other.requesters - one.requesters);
  const seen = new Set<string>();
  const changes: IssueChange[] = [];
  const once = (key: string) => !seen.has(key) && seen.add(key) !== undefined;
  for (const { issue, group, requesters } of largest) {
    const id = idOf.get(group) as string;
    if (!kept.has(issue) && once(`old ${issue}`)) changes.push({ type: 'merged_into', issue, into: id });
    if (!kept.has(id) && once(`new ${id}`)) changes.push({ type: 'split_from', issue: id, from: issue });
    if (id === issue && 2 * requesters < (sizes.get(group) ?? 0)) changes.push({ type: 'renamed', issue });
  }
  return changes;
}
