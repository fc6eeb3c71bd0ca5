import { describe, expect, it } from 'vitest';
import { conflictName, type Resolution, type ResolveOutcome } from '#core/conflicts/conflict-store.ts';
import { StorageError } from '#core/errors.ts';
import { resolveMany, resolveOne } from '#functions/admin-api/conflicts/admin-resolution.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';

const DECISION = { strategy: 'merge', by: 'dana' } as const;
const nameOf = (skillId: string) => conflictName({ id: '01KHTNPR6M4Y8Z0V9QK2D3F5GH', skillId });

/** Deps whose resolutions end as told, by the skill's id; how many are under way at once is counted. */
function depsWith(outcomes: Readonly<Record<string, ResolveOutcome['outcome'] | Error>> = {}) {
  const asked: Resolution[] = [];
  const lines: LogLine[] = [];
  let underWay = 0;
  let most = 0;
  const resolve = async (resolution: Resolution) => {
    asked.push(resolution);
    underWay += 1;
    most = Math.max(most, underWay);
    await Promise.resolve();
    underWay -= 1;
    const outcome = outcomes[resolution.conflict.skillId] ?? 'resolved';
    if (outcome instanceof Error) throw outcome;
    return { outcome } as ResolveOutcome;
  };
  return { asked, lines, most: () => most, conflicts: { resolve }, now: () => NOW, log: recordingLog(lines) };
}

describe('Function: resolveOne', () => {
  it('hands the decision on, with its time', async () => {
    const deps = depsWith();

    expect(await resolveOne(deps, nameOf('a'), { ...DECISION, revision: 'r' })).toEqual({
      outcome: 'resolved',
    });
    expect(deps.asked).toEqual([
      { conflict: { id: '01KHTNPR6M4Y8Z0V9QK2D3F5GH', skillId: 'a' }, ...DECISION, revision: 'r', now: NOW },
    ]);
  });

  it('does not look for a name that none can have', async () => {
    const deps = depsWith();

    expect(await resolveOne(deps, 'nonsense', DECISION)).toEqual({ outcome: 'unknown' });
    expect(deps.asked).toEqual([]);
  });
});

describe('Function: resolveMany', () => {
  it('tells each failure by its code, in the order of the names, and counts a name once', async () => {
    const deps = depsWith({
      b: 'already_resolved',
      c: 'changed',
      d: new StorageError('no table'),
      e: new TypeError('a bug'),
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'a'].map(nameOf);

    expect(await resolveMany(deps, [...names, 'nonsense'], DECISION)).toEqual({
      resolved: 1,
      failed: [
        { conflict_id: nameOf('b'), error: 'already_resolved' },
        { conflict_id: nameOf('c'), error: 'conflict_changed' },
        { conflict_id: nameOf('d'), error: 'storage_unavailable' },
        { conflict_id: nameOf('e'), error: 'internal_error' },
        { conflict_id: 'nonsense', error: 'conflict_not_found' },
      ],
    });
    expect(deps.lines.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  it('resolves eight at once at most', async () => {
    const deps = depsWith();

    const { resolved } = await resolveMany(
      deps,
      Array.from({ length: 30 }, (_, n) => nameOf(`s${n}`)),
      DECISION,
    );

    expect(resolved).toBe(30);
    expect(deps.most()).toBe(8);
  });
});
