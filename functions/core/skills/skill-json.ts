import { textBytes } from '#core/answer-size.ts';
import { stringifyWellFormed } from '#core/json/json.ts';
import type { Skill } from './skill.ts';

/** A skill as it is answered. */
export type SkillJson = {
  /** The JSON in UTF-8: nothing of it is encoded again for an answer. */
  readonly utf8: Buffer;
  /** The bytes that it takes as text in an answer. */
  readonly bytes: number;
};

const written = new WeakMap<Skill, SkillJson>();

/** The JSON of a skill. It is kept as long as that very object is: whoever holds skills in memory writes each once. */
export function skillJson(skill: Skill): SkillJson {
  const known = written.get(skill);
  if (known) return known;
  const text = stringifyWellFormed(skill);
  const json = { utf8: Buffer.from(text), bytes: textBytes(text) };
  written.set(skill, json);
  return json;
}
