import { describe, expect, it } from 'vitest';
import { answerBytes } from '#core/answer-size.ts';
import { skillJson } from '#core/skills/skill-json.ts';

describe('skillJson', () => {
  it('is the JSON of the skill, and its bytes in an answer', () => {
    const skill = { skill_id: 'a', name: '日本 "x"', code: 'a\\b\n' };

    expect(skillJson(skill)).toEqual({ utf8: Buffer.from(JSON.stringify(skill)), bytes: answerBytes(skill) });
  });

  it('replaces halves of surrogate pairs', () => {
    expect(JSON.parse(skillJson({ skill_id: 'a', name: '\ud800' }).utf8.toString())).toEqual({
      skill_id: 'a',
      name: '\ufffd',
    });
  });

  it('writes the same object once, and another of the same content again', () => {
    const skill = { skill_id: 'a', name: 'A' };

    expect(skillJson(skill)).toBe(skillJson(skill));
    expect(skillJson({ ...skill })).not.toBe(skillJson(skill));
  });
});
