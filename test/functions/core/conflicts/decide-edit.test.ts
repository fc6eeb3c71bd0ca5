import { describe, expect, it } from 'vitest';
import { answerBytes, MAX_SKILL_BYTES } from '#core/answer-size.ts';
import { decideOnEdit, decideOnResolution, decideOnVersion } from '#core/conflicts/decide-edit.ts';
import { TooLargeError } from '#core/errors.ts';
import { parseSkill, type Skill, whyTooLarge } from '#core/skills/skill.ts';

const CONTEXT = { now: 1, newId: '01KHTNPR6M4Y8Z0V9QK2D3F5GH' };
const BASE: Skill = { skill_id: 'a', name: 'A', version: '1' };
const HALF = 'x'.repeat(MAX_SKILL_BYTES / 2);
/** Each side fits, both together do not. */
const LOCAL: Skill = { ...BASE, description: HALF };
const REMOTE: Skill = { ...BASE, version: '2', notes: HALF };
const open = { id: CONTEXT.newId, type: 'OTHER', severity: 'LOW', detectedAt: 0 } as const;

/** A skill that takes so many bytes in an answer. */
function skillOf(bytes: number, filler = 'x'): Skill {
  const empty = { ...BASE, code: '' };
  const weight = answerBytes(filler) - answerBytes('');
  const count = Math.floor((bytes - answerBytes(empty)) / weight);
  const rest = bytes - answerBytes({ ...empty, code: filler.repeat(count) });
  return { ...empty, code: filler.repeat(count) + 'x'.repeat(rest) };
}

describe('A skill that is too large to be answered', () => {
  it.each(['x', '"', '\\', '\n', '日', '🛠'])('is refused at the door, to the byte: of %j', (filler) => {
    const fits = skillOf(MAX_SKILL_BYTES, filler);
    const tooLarge = { ...fits, code: `${fits.code}x` };

    expect(parseSkill(fits)).toMatchObject({ ok: true });
    expect(parseSkill(tooLarge)).toEqual({
      ok: false,
      id: 'a',
      reason: `record: takes ${MAX_SKILL_BYTES + 1} bytes in an answer, where a skill may take ${MAX_SKILL_BYTES}: make it smaller`,
    });
  });

  it('counts fields that we do not know as well, and names of fields', () => {
    expect(parseSkill({ ...BASE, more: { deep: [HALF, HALF] } })).toMatchObject({ ok: false, id: 'a' });
    expect(parseSkill({ ...BASE, [HALF]: 1, [`${HALF}2`]: 1 })).toMatchObject({ ok: false, id: 'a' });
  });

  it('is not made by a merge', () => {
    const stored = { base: BASE, local: LOCAL, conflict: undefined };
    const merge = () => decideOnVersion(stored, REMOTE, 'merge', CONTEXT);
    const decide = () =>
      decideOnResolution({ ...stored, conflict: open }, REMOTE, 'merge', { by: 'dana', now: 1 });

    expect(merge).toThrow(TooLargeError);
    expect(decide).toThrow(/^Skill a, as it was edited here, takes \d+ bytes/);
    for (const strategy of ['remote_wins', 'local_wins', 'manual'] as const) {
      expect(decideOnVersion(stored, REMOTE, strategy, CONTEXT).open ?? true).toBeTruthy();
    }
  });

  it('is not made by an edit', () => {
    const local = { ...LOCAL, notes: HALF };
    expect(whyTooLarge(local)).toBeDefined();
    expect(() => decideOnEdit(undefined, BASE, local, 1)).toThrow(TooLargeError);
    expect(() => decideOnEdit({ base: BASE, local: LOCAL, conflict: open }, REMOTE, local, 1)).toThrow(
      TooLargeError,
    );
    expect(decideOnEdit(undefined, BASE, LOCAL, 1).edit?.local).toBe(LOCAL);
  });

  it('keeps an edit of before that is too large, and what the marketplace says goes on', () => {
    const local = { ...LOCAL, notes: HALF };
    const stored = { base: BASE, local, conflict: undefined };

    expect(decideOnVersion(stored, REMOTE, 'manual', CONTEXT).edit?.local).toBe(local);
    expect(decideOnVersion(stored, REMOTE, 'local_wins', CONTEXT).edit?.local).toBe(local);
  });
});
