import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_BYTES } from '#core/answer-size.ts';
import { revisionOf } from '#core/conflicts/conflict.ts';
import { type Conflict, conflictName } from '#core/conflicts/conflict-store.ts';
import {
  presentConflict,
  presentConflictInFull,
  wireConflict,
  wireConflictInFull,
} from '#functions/admin-api/present/present-conflict.ts';
import { NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';

const skillOf = (fields: object) => ({ skill_id: 'a/b', name: 'A', ...fields });

function aConflict(over: Partial<Conflict> = {}): Conflict {
  return {
    ...{ id: RUN_ID, skillId: 'a/b', type: 'VERSION_MISMATCH', severity: 'HIGH', detectedAt: NOW },
    base: skillOf({ version: '1.0.0' }),
    local: skillOf({ version: '1.1.0', tags: ['x'] }),
    remote: skillOf({ version: '2.0.0', code: 'print(1)' }),
    resolution: undefined,
    ...over,
  };
}

const RESOLUTION = {
  strategy: 'merge',
  resolvedBy: 'dana',
  resolvedAt: NOW + 1_000,
  result: skillOf({ version: '2.0.0' }),
} as const;

describe('Function: presentConflict', () => {
  it('shows one that waits with nulls for its end', () => {
    const conflict = aConflict();

    expect(presentConflict(conflict)).toEqual({
      ...{ id: conflictName(conflict), skill_id: 'a/b', type: 'VERSION_MISMATCH', severity: 'HIGH' },
      ...{ local: conflict.local, remote: conflict.remote, base: conflict.base },
      ...{ detected_at: '2026-02-19T10:30:00.000Z', resolved_at: null },
      ...{ strategy: null, resolved_by: null, resolved: false },
    });
  });

  it('shows how one ended, and null for a base that is not known', () => {
    expect(presentConflict(aConflict({ base: undefined, resolution: RESOLUTION }))).toMatchObject({
      ...{ base: null, resolved_at: '2026-02-19T10:30:01.000Z', strategy: 'merge' },
      ...{ resolved_by: 'dana', resolved: true },
    });
  });

  it.each([undefined, RESOLUTION])('has the documented shape', (resolution) => {
    const shown = presentConflict(aConflict({ resolution }));

    expect(wireConflict.parse(shown)).toEqual(shown);
  });
});

describe('Function: presentConflictInFull', () => {
  it('shows each difference with who made it, null for a field that is missing', () => {
    const conflict = aConflict();

    const shown = presentConflictInFull(conflict);

    const missing = { base: null, local: null, remote: null };
    expect(shown.differences).toEqual([
      { ...missing, field: 'code', remote: 'print(1)', severity: 'CRITICAL', changed_by: 'remote' },
      {
        ...{ field: 'version', base: '1.0.0', local: '1.1.0', remote: '2.0.0' },
        ...{ severity: 'HIGH', changed_by: 'both' },
      },
      { ...missing, field: 'tags', local: ['x'], severity: 'LOW', changed_by: 'local' },
    ]);
    expect(shown).toMatchObject({
      ...presentConflict(conflict),
      result: null,
      revision: revisionOf(conflict),
    });
    expect(wireConflictInFull.parse(shown)).toEqual(shown);
  });

  it('shows the skill as it was served from then on', () => {
    expect(presentConflictInFull(aConflict({ resolution: RESOLUTION })).result).toEqual(RESOLUTION.result);
  });

  it('is cut to what fits into an answer, but for its revision', () => {
    const large = aConflict({ local: skillOf({ code: 'x'.repeat(MAX_ANSWER_BYTES) }) });

    const shown = presentConflictInFull(large);

    expect(JSON.stringify(shown).length).toBeLessThan(MAX_ANSWER_BYTES);
    expect(shown).toMatchObject({ note: expect.any(String), revision: revisionOf(large) });
  });
});
