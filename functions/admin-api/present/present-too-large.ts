import { answerBytes, exceeds, MAX_ANSWER_BYTES } from '#core/answer-size.ts';
import type { Skill } from '#core/skills/skill.ts';

/** What stands in an answer for what is too large to be in it. */

const MAX_NAME = 200;
/** Fields above this are cut where a conflict is too large. A hundred of them on each side still fit. */
const MAX_FIELD_BYTES = 8_000;
const MAX_TEXT = 1_000;

const SKILL_NOTE = 'Too large to be shown: only its id and the beginning of its name are. Make it smaller.';
const CUT_NOTE = 'Too large to be shown whole: long fields are cut.';
const LEFT_OUT_NOTE = 'Too large to be shown whole: of each side only id and name are.';

/** A skill in a list, by its id and name. */
export function skillStub({ skill_id, name }: Skill): Skill {
  return { skill_id, name: clip(name, MAX_NAME), note: SKILL_NOTE };
}

/** A side of a conflict: a skill. */
type Side = { readonly skill_id: string; readonly name: string; readonly [field: string]: unknown };

/** What of a conflict can be large. */
type LargeParts = {
  readonly local: Side;
  readonly remote: Side;
  readonly base: Side | null;
  readonly result?: Side | null;
  readonly differences?: readonly Readonly<Record<'base' | 'local' | 'remote', unknown>>[];
  readonly note?: string | undefined;
};

/** A conflict as it fits into an answer: whole where it can be, else with long fields cut, else without its fields. */
export function fitConflict<T extends LargeParts>(conflict: T): T {
  if (!exceeds(MAX_ANSWER_BYTES, conflict)) return conflict;
  const cut = { ...withSides(conflict, cutSide, cutDifference), note: CUT_NOTE };
  if (!exceeds(MAX_ANSWER_BYTES, cut)) return cut;
  return { ...withSides(conflict, nameOnly, () => []), note: LEFT_OUT_NOTE };
}

function withSides<T extends LargeParts>(
  conflict: T,
  side: (skill: Side) => Side,
  difference: (it: NonNullable<T['differences']>[number]) => readonly NonNullable<T['differences']>[number][],
): T {
  const { local, remote, base, result, differences } = conflict;
  return {
    ...conflict,
    local: side(local),
    remote: side(remote),
    base: base && side(base),
    ...(result === undefined ? {} : { result: result && side(result) }),
    ...(differences === undefined ? {} : { differences: differences.flatMap(difference) }),
  };
}

function nameOnly({ skill_id, name }: Side): Side {
  return { skill_id, name: clip(name, MAX_NAME) };
}

function cutSide(skill: Side): Side {
  const fields = Object.entries(skill).map(([field, value]) => [field, cutValue(value)]);
  return { ...Object.fromEntries(fields), skill_id: skill.skill_id, name: clip(skill.name, MAX_TEXT) };
}

function cutDifference<T extends NonNullable<LargeParts['differences']>[number]>(difference: T): T[] {
  const { base, local, remote } = difference;
  return [{ ...difference, base: cutValue(base), local: cutValue(local), remote: cutValue(remote) }];
}

function cutValue(value: unknown): unknown {
  if (value === undefined || !exceeds(MAX_FIELD_BYTES, value)) return value;
  return typeof value === 'string' ? clip(value, MAX_TEXT) : `[cut: ${answerBytes(value)} bytes]`;
}

/** The beginning of a text, with its length where it was cut. */
export function clip(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${text.slice(0, length)}… [${text.length} characters]`.toWellFormed();
}
