import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { CacheCleaner, Sweep } from '#core/skills/cache-cleaner.ts';
import { cleanCache } from '#functions/cache-cleanup/clean-cache.ts';

const NOW = Date.parse('2026-02-19T00:00:00Z');
const SWEEP: Sweep = {
  ...{ deletedSkills: 1, deletedCategories: 2, deletedRuns: 3, deletedOther: 4 },
  ...{ liveSkills: 50, liveCategories: 6 },
};

function create(sweep: CacheCleaner['sweep']) {
  const calls: unknown[] = [];
  const { signal } = new AbortController();
  const context = {
    signal,
    advanced: () => void calls.push('advanced'),
    report: (...report: unknown[]) => void calls.push(report),
  } as unknown as RunContext;
  const setCacheSize = async (...size: unknown[]) => void calls.push(size);
  const deps = { cleaner: { sweep }, jobs: { setCacheSize }, now: () => NOW };
  return { calls, signal, clean: () => cleanCache(deps, context) };
}

describe('Function: cleanCache', () => {
  it('deletes what expired, sets the size of the cache, and reports what it deleted', async () => {
    const { clean, calls, signal } = create(async (now, given) => {
      expect([Number(now), given]).toEqual([NOW, signal]);
      return SWEEP;
    });
    expect(await clean()).toEqual({});
    expect(calls).toEqual([
      'advanced',
      ['skill-sync-atom-saas', { skillsCount: 50, categoriesCount: 6 }],
      [
        { done: 10, total: 10, unit: 'items' },
        { deleted: 10, deleted_skills: 1, deleted_categories: 2, deleted_runs: 3, deleted_other: 4 },
      ],
    ]);
  });

  it('has made progress, however it ends: what it deleted stays deleted', async () => {
    const { clean, calls } = create(async () => Promise.reject(new StorageError('down')));
    await expect(clean()).rejects.toThrow(StorageError);
    expect(calls).toEqual(['advanced']);
  });
});
