import { describe, expect, it } from 'vitest';
import type { RunProgress } from '#core/runs/run.ts';
import { zeroCounts } from '#core/skills/skill-counts.ts';
import { RunTally } from '#functions/skill-sync/run-tally.ts';

function createTally(ownCounts: Record<string, number> = {}, carriedOver = 0) {
  const reports: { progress: RunProgress; counts: Readonly<Record<string, number>> }[] = [];
  const context = {
    report: (progress: RunProgress, counts: Readonly<Record<string, number>>) =>
      void reports.push({ progress, counts }),
  };
  return { tally: new RunTally(context, { ownCounts, carriedOver, seenCount: () => 7 }), reports };
}

describe('Class: RunTally', () => {
  it('adds to what the run has counted in earlier invocations', () => {
    const { tally } = createTally({ added: 2 });
    tally.add({ added: 3, removed: 1 });
    expect(['added', 'removed', 'changed'].map((name) => tally.of(name))).toEqual([5, 1, 0]);
  });

  it('counts a skill as synced that the cache holds as listed, whoever brought it there', () => {
    const { tally } = createTally({ added: 1, rejected: 9 }, 10);
    tally.add({ changed: 2, unchanged: 3, held_back: 4, removed: 5 });
    expect(tally.syncedSkills).toBe(16);
  });

  it('reports every count of the contract, progress by the skills seen', () => {
    const { tally, reports } = createTally({}, 10);
    tally.add({ added: 1 });
    tally.report(20);
    tally.report(undefined);
    const counts = { ...zeroCounts(), added: 1, carried_over: 10, skills_synced: 11 };
    expect(reports).toEqual([
      { progress: { done: 7, total: 20, unit: 'skills' }, counts },
      { progress: { done: 7, total: undefined, unit: 'skills' }, counts },
    ]);
  });
});
