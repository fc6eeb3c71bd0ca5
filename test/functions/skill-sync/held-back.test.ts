import { describe, expect, it } from 'vitest';
import type { SkillVersion } from '#core/skills/skill.ts';
import { createHeldBack } from '#functions/skill-sync/held-back.ts';

const version = (id: string, text = '') =>
  ({ skill: { skill_id: id, text }, hash: id, updatedAt: '' }) as unknown as SkillVersion;

describe('Function: createHeldBack', () => {
  it('keeps a version that a tombstone kept out, to be taken once', () => {
    const heldBack = createHeldBack();
    heldBack.note(version('a'), 5, true);
    heldBack.note(version('b'), 6, false);
    expect(heldBack.take('a')).toEqual({ version: version('a'), requestedAt: 5 });
    expect(heldBack.take('a')).toBeUndefined();
    expect(heldBack.take('b')).toBeUndefined();
  });

  it('shows the first ten ids', () => {
    const heldBack = createHeldBack();
    for (let index = 0; index < 12; index += 1) heldBack.note(version(`id-${index}`), 0, false);
    expect(heldBack.shown).toHaveLength(10);
    expect(heldBack.shown[0]).toBe('id-0');
  });

  it('keeps no more once it holds 16 MB', () => {
    const heldBack = createHeldBack();
    heldBack.note(version('large', 'x'.repeat(16 * 1_048_576)), 0, true);
    heldBack.note(version('late'), 0, true);
    expect(heldBack.take('large')).toBeDefined();
    expect(heldBack.take('late')).toBeUndefined();
  });
});
