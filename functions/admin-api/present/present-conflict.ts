import * as z from 'zod';
import {
  ConflictSeverity,
  ConflictType,
  differencesOf,
  ResolutionStrategy,
  revisionOf,
} from '#core/conflicts/conflict.ts';
import { type Conflict, conflictName } from '#core/conflicts/conflict-store.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { fitConflict } from './present-too-large.ts';
import { timeOrNull } from './time-or-null.ts';
import { nullableTime, time } from './wire-schemas.ts';

/** The id of a conflict: opaque, but it leads to its skill. */
export const conflictId = z
  .string()
  .min(1, 'must not be empty')
  .max(800, 'must not exceed 800 characters')
  .meta({ description: 'Id of a conflict.', examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GH-Y3N2LWNsZWFuZXI'] });

export const severity = z.enum(ConflictSeverity).meta({ examples: ['HIGH'] });
export const conflictType = z.enum(ConflictType).meta({ examples: ['VERSION_MISMATCH'] });

const side = (description: string) =>
  z.looseObject({ skill_id: z.string(), name: z.string() }).meta({
    description,
    examples: [{ skill_id: 'csv-cleaner', name: 'CSV cleaner', version: '1.2.0' }],
  });

/** A conflict as lists show it. */
export const wireConflict = z.object({
  id: conflictId,
  skill_id: z.string().meta({ examples: ['csv-cleaner'] }),
  type: conflictType,
  severity,
  local: side('What the local edit made of the skill.'),
  remote: side('What the marketplace says.'),
  base: side("The marketplace's version that the edit started from; null where it is not known.").nullable(),
  detected_at: time,
  resolved_at: nullableTime,
  strategy: z
    .enum([...Object.values(ResolutionStrategy), 'converged', 'withdrawn'])
    .nullable()
    .meta({
      description:
        'How it ended. `converged`: both sides became equal. `withdrawn`: one of them went back to the base.',
    }),
  resolved_by: z
    .string()
    .nullable()
    .meta({
      description: "An admin's subject; `rule` where nobody was asked.",
      examples: ['4f1c2d3e-operator'],
    }),
  resolved: z.boolean(),
  note: z
    .string()
    .optional()
    .meta({ description: 'Only where the conflict is too large to be shown whole: what is missing.' }),
});

const value = z.unknown().meta({ description: 'Null where the field is missing.', examples: ['1.3.0'] });

/** One conflict with everything that helps to decide it. */
export const wireConflictInFull = wireConflict.extend({
  result: side('The skill as it was served from then on; null while it waits.').nullable(),
  differences: z
    .array(
      z.object({
        field: z.string().meta({ examples: ['version'] }),
        base: value,
        local: value,
        remote: value,
        severity,
        changed_by: z.enum(['local', 'remote', 'both']),
      }),
    )
    .meta({ description: 'Every field in which local and remote differ, the gravest first.' }),
  revision: z.string().meta({
    description:
      'Give it when you resolve the conflict: then it is refused if one of the sides changed since.',
    examples: ['b1Zk0mXh2QyT7sW9uV4nLg'],
  }),
});

/** A conflict as lists show it. */
export function presentConflict(conflict: Conflict): z.output<typeof wireConflict> {
  const { type, severity: gravest, local, remote, base, detectedAt, resolution } = conflict;
  return {
    id: conflictName(conflict),
    skill_id: conflict.skillId,
    type,
    severity: gravest,
    local,
    remote,
    base: base ?? null,
    detected_at: isoFromMs(detectedAt),
    resolved_at: timeOrNull(resolution?.resolvedAt),
    strategy: resolution?.strategy ?? null,
    resolved_by: resolution?.resolvedBy ?? null,
    resolved: resolution !== undefined,
  };
}

/** One conflict with everything that helps to decide it, as far as it fits into an answer. */
export function presentConflictInFull(conflict: Conflict): z.output<typeof wireConflictInFull> {
  const differences = differencesOf(conflict).map(({ changedBy, ...difference }) => ({
    ...difference,
    base: difference.base ?? null,
    local: difference.local ?? null,
    remote: difference.remote ?? null,
    changed_by: changedBy,
  }));
  const result = conflict.resolution?.result ?? null;
  const whole = { ...presentConflict(conflict), result, differences, revision: revisionOf(conflict) };
  return fitConflict(whole);
}
