import * as z from 'zod';
import { digitsAsText } from '#core/marketplace/wire-fields.ts';
import { type Skill, skillContent, skillName } from '#core/skills/skill.ts';
import { type FaultDetail, validationFailed } from '#functions/admin-api/http/errors.ts';

/** What the marketplace alone says about a skill. */
const RESERVED: readonly string[] = [
  'created_at',
  'updated_at',
  'average_rating',
  'rating_count',
  'content_hash',
];

const id = z
  .custom((value) => typeof digitsAsText(value) === 'string', 'must be text or a whole number in digits')
  .meta({ anyOf: [{ type: 'string' }, { type: 'integer' }] })
  .optional();

/** A whole or partial skill: known fields of the right type, unknown ones as they are, none of the reserved ones. */
export const skillPatch = z
  .looseObject({
    skill_id: id.meta({ description: "May only be the address's id." }),
    id: id.meta({ description: "May only be the address's id." }),
    name: skillName.optional(),
    ...skillContent,
  })
  .superRefine((patch, context) => {
    const names = Object.keys(patch);
    if (names.every((name) => name === 'skill_id' || name === 'id')) {
      context.addIssue({ code: 'custom', message: 'must have a field to change' });
    }
    for (const name of names.filter((name) => name.startsWith('_') || RESERVED.includes(name))) {
      context.addIssue({ code: 'custom', path: [name], message: "can't be set" });
    }
  })
  .meta({
    description:
      'The fields to change; the others stay as they are. Fields that are not listed are kept as well, but for ' +
      `${RESERVED.join(', ')} and names that begin with an underscore. One field at least beside \`skill_id\` and ` +
      '`id`; none may be nested deeper than 64 levels.',
    minProperties: 1,
    propertyNames: { not: { anyOf: [{ pattern: '^_' }, { enum: RESERVED }] } },
    examples: [{ description: 'Cleans CSV files, ours too.', tags: ['csv', 'internal'] }],
  });

/**
 * The edited skill: the patch over the skill as agents see it now.
 *
 * @throws ApiError `validation_failed` for another id than the address's
 */
export function patchOf(skillId: string, body: z.output<typeof skillPatch>): (skill: Skill) => Skill {
  const { skill_id, id, ...fields } = body;
  const others = Object.entries({ skill_id, id }).filter(
    ([, value]) => value !== undefined && digitsAsText(value) !== skillId,
  );
  if (others.length > 0) throw validationFailed(others.map(([field]) => otherId(field)));
  return (skill) => ({ ...skill, ...fields, skill_id: skill.skill_id });
}

function otherId(field: string): FaultDetail {
  return { in: 'body', field, message: 'must be the id of the address, or be left out' };
}
