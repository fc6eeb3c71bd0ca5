import { describe, expect, it } from 'vitest';
import { type OpenConflict, revisionOf } from '#core/conflicts/conflict.ts';
import { type Conflict, type Resolution, showClosed } from '#core/conflicts/conflict-store.ts';
import {
  begunConflict,
  conflictInEntry,
  resolveConflict,
  resolved,
  waitingConflict,
} from '#core/conflicts/resolve-conflict.ts';
import { SkillContendedError, StorageError } from '#core/errors.ts';
import type { SkillEntry, Transition } from '#core/skills/skill-entry.ts';
import { incomingVersion } from '#core/skills/version-order.ts';
import { seen, T0, version } from '#test/contracts/versions.ts';

const OPEN: OpenConflict = {
  id: '01KJPWD6M00000000000000000',
  type: 'OTHER',
  severity: 'LOW',
  detectedAt: T0,
};
const BASE = version('s', 0, { description: 'base' }).skill;
const LOCAL = { ...BASE, description: 'local' };
const REMOTE = version('s', 1, { description: 'remote' });
const RESOLUTION: Resolution = {
  conflict: { id: OPEN.id, skillId: 's' },
  strategy: 'remote_wins',
  by: 'admin',
  revision: undefined,
  now: T0 + 5_000,
};

/** A skill whose edit has met a change of the marketplace. */
const ENTRY = {
  updatedAt: REMOTE.updatedAt,
  hash: REMOTE.hash,
  rank: incomingVersion(REMOTE, seen(1)).rank,
  expiresAt: T0 + 3_600_000,
  fence: 1,
  remote: REMOTE.skill,
  edit: { local: LOCAL, base: BASE, conflict: OPEN, revision: 3, editedAt: T0, editedBy: 'agent' },
} satisfies SkillEntry;
const EDITED = { ...ENTRY, edit: { ...ENTRY.edit, conflict: undefined } };
const CONFLICT = {
  ...OPEN,
  skillId: 's',
  base: BASE,
  local: LOCAL,
  remote: REMOTE.skill,
  resolution: undefined,
};

/** The entry after a resolution, which there must be. */
function entryAfter(resolution: Resolution): SkillEntry {
  const { entry } = resolved(resolution)(ENTRY);
  if (entry === undefined) throw new Error('It is not resolved.');
  return entry;
}

describe('Function: resolved', () => {
  it('ends the conflict as its strategy says, and leaves its record to be written', () => {
    const { entry, result } = resolved(RESOLUTION)(ENTRY);
    expect(entry).toMatchObject({ rank: ENTRY.rank, remote: REMOTE.skill, edit: undefined });
    const ended = { id: OPEN.id, strategy: 'remote_wins', resolvedBy: 'admin', resolvedAt: T0 + 5_000 };
    expect(entry?.outbox).toMatchObject({ ...ended, skillId: 's', result: REMOTE.skill });
    expect(result).toEqual({ outcome: 'resolved', conflict: entry?.outbox && showClosed(entry.outbox) });
  });

  it('keeps the edit where it wins, without its conflict', () => {
    const { edit } = entryAfter({ ...RESOLUTION, strategy: 'local_wins' });
    expect(edit).toMatchObject({ local: { description: 'local' }, base: REMOTE.skill });
    expect(edit?.conflict).toBeUndefined();
  });

  it.each([
    ['there is no entry', undefined],
    ['no conflict waits', EDITED],
    ['another one waits', { ...ENTRY, edit: { ...ENTRY.edit, conflict: { ...OPEN, id: 'other' } } }],
    ['the skill is removed', { ...ENTRY, deletedAt: T0 }],
  ])('writes nothing where %s', (_what, entry) => {
    expect(resolved(RESOLUTION)(entry)).toEqual({ result: undefined });
  });

  it('writes nothing where the sides are others than the admin has seen', () => {
    const { entry, result } = resolved({ ...RESOLUTION, revision: 'other' })(ENTRY);
    expect(entry).toBeUndefined();
    expect(result).toEqual({ outcome: 'changed', conflict: CONFLICT });
  });

  it('goes by the sides that its first call met', () => {
    const transition = resolved(RESOLUTION);
    const renewed = { ...ENTRY, expiresAt: ENTRY.expiresAt + 1, fence: 2 };
    const edited = { ...ENTRY, edit: { ...ENTRY.edit, local: { ...LOCAL, description: 'local again' } } };
    expect(transition(ENTRY).result?.outcome).toBe('resolved');
    expect(transition(renewed).result?.outcome).toBe('resolved');
    expect(transition(edited).result?.outcome).toBe('changed');
    expect(resolved({ ...RESOLUTION, revision: revisionOf(CONFLICT) })(ENTRY).result?.outcome).toBe(
      'resolved',
    );
  });
});

describe('Function: resolveConflict', () => {
  const changing = (entry: SkillEntry | undefined) => ({
    change: async <Result>(skillId: string, transition: Transition<Result>) => {
      expect(skillId).toBe('s');
      return transition(entry).result;
    },
  });
  const failing = (error: Error) => ({ change: () => Promise.reject(error) });
  const finding = (conflict: Conflict | undefined) => ({ find: async () => conflict });

  it('tells what the transition came to, and looks for nothing', async () => {
    const find = () => Promise.reject(new Error('It is not looked for.'));
    const outcome = await resolveConflict({ ...changing(ENTRY), find }, RESOLUTION);
    expect(outcome).toMatchObject({ outcome: 'resolved', conflict: { id: OPEN.id } });
  });

  it.each([
    ['is over already', changing(EDITED), { outcome: 'already_resolved', conflict: CONFLICT }],
    ['kept changing', failing(new SkillContendedError('m')), { outcome: 'changed', conflict: CONFLICT }],
  ])('shows the conflict as it is where it %s', async (_what, change, expected) => {
    const asked: unknown[] = [];
    const find = async (...args: unknown[]) => {
      asked.push(args);
      return CONFLICT;
    };
    expect(await resolveConflict({ ...change, find }, RESOLUTION)).toEqual(expected);
    expect(asked).toEqual([[RESOLUTION.conflict, new Date(RESOLUTION.now)]]);
  });

  it('knows nothing of a conflict that is nowhere', async () => {
    const outcome = await resolveConflict({ ...changing(undefined), ...finding(undefined) }, RESOLUTION);
    expect(outcome).toEqual({ outcome: 'unknown' });
  });

  it('fails where the table does', async () => {
    const deps = { ...failing(new StorageError('gone')), ...finding(CONFLICT) };
    await expect(resolveConflict(deps, RESOLUTION)).rejects.toThrow('gone');
  });
});

describe('the conflict in an entry', () => {
  const outbox = entryAfter(RESOLUTION);

  it('is the one that waits, with the entry’s sides', () => {
    expect(waitingConflict(ENTRY)).toEqual(CONFLICT);
    expect(waitingConflict(EDITED)).toBeUndefined();
    expect(waitingConflict(undefined)).toBeUndefined();
    expect(waitingConflict({ ...ENTRY, remote: undefined })).toBeUndefined();
  });

  it('is found by its id, be it one that waits or one whose record is still to be written', () => {
    expect(conflictInEntry(ENTRY, OPEN.id)).toEqual(CONFLICT);
    expect(conflictInEntry(ENTRY, 'other')).toBeUndefined();
    expect(conflictInEntry(outbox, OPEN.id)).toMatchObject({ resolution: { strategy: 'remote_wins' } });
    expect(conflictInEntry(outbox, 'other')).toBeUndefined();
    expect(conflictInEntry({ ...ENTRY, outbox: outbox.outbox }, OPEN.id)?.resolution).toBeDefined();
    expect(conflictInEntry(undefined, OPEN.id)).toBeUndefined();
  });

  it('began with a write that there was none before', () => {
    expect(begunConflict(undefined, ENTRY)).toBe(OPEN);
    expect(begunConflict(EDITED, ENTRY)).toBe(OPEN);
    expect(begunConflict(ENTRY, ENTRY)).toBeUndefined();
    expect(begunConflict(ENTRY, EDITED)).toBeUndefined();
  });
});
