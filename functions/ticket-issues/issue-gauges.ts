import { isEnded, type Run } from '#core/runs/run.ts';

/** How many there are after a run, as its counts say; undefined of one that has not come so far, or never began. */
export function gaugesOf(
  run: Run,
): { readonly incidentsOpen: number; readonly issuesOpen: number } | undefined {
  const { incidents, issues } = run.counts;
  if (!isEnded(run) || incidents === undefined || issues === undefined) return undefined;
  return { incidentsOpen: incidents, issuesOpen: issues };
}
