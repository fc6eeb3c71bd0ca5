/** Changes of the catalogue as data, so that curl and faults can order them. */
import { z } from 'zod';
import type { Catalog } from './catalog.ts';
import type { Churn } from './churn.ts';
import { editSkill } from './edit-skill.ts';

const target = {
  /** The skill's id… */
  id: z.string().min(1).optional(),
  /** …or its place in the listing at that moment, from 0. */
  index: z.int().min(0).optional(),
};
const quiet = z.boolean().optional();

/** One change. `quiet` keeps it from the feed. */
export const catalogOpSchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('upsert'),
    skill: z.looseObject({ skill_id: z.string().min(1) }),
    index: z.int().min(0).optional(),
    /** Store the record exactly as given, however broken. */
    raw: z.boolean().optional(),
    quiet,
  }),
  z.strictObject({ op: z.literal('remove'), ...target, quiet }),
  z.strictObject({ op: z.literal('move'), ...target, to: z.int().min(0) }),
  /** Lists a skill a second time. */
  z.strictObject({ op: z.literal('repeat'), ...target, to: z.int().min(0) }),
  /** Remembers the skills as they are; `restore` puts them back, without frames and with their older times. */
  z.strictObject({ op: z.literal('backup') }),
  z.strictObject({ op: z.literal('restore') }),
  z.strictObject({ op: z.literal('touch'), ...target, quiet }),
  z.strictObject({ op: z.literal('edit'), ...target, quiet }),
  z.strictObject({ op: z.literal('churn'), changes: z.int().min(1).max(100_000).optional(), quiet }),
]);

/** One change of the catalogue. */
export type CatalogOp = z.infer<typeof catalogOpSchema>;

/**
 * Executes changes in order. Answers how many had an effect: one that names a skill which is not
 * there has none.
 */
export function applyOps(parts: { catalog: Catalog; churn: Churn }, ops: readonly CatalogOp[]): number {
  return ops.filter((op) => applyOp(parts, op)).length;
}

function applyOp({ catalog, churn }: { catalog: Catalog; churn: Churn }, op: CatalogOp): boolean {
  if (op.op === 'churn') return churn(op.changes, { quiet: op.quiet }).length > 0;
  if (op.op === 'restore') return catalog.restore();
  if (op.op === 'backup') {
    catalog.backup();
    return true;
  }
  if (op.op === 'upsert') {
    const where = { quiet: op.quiet, index: op.index };
    if (op.raw) catalog.putRecord(op.skill, where);
    else catalog.upsertSkill(op.skill, where);
    return true;
  }
  const id = op.id ?? (op.index === undefined ? undefined : catalog.ids()[op.index]);
  if (id === undefined) return false;
  switch (op.op) {
    case 'remove':
      return catalog.removeSkill(id, op);
    case 'move':
      return catalog.moveSkill(id, op.to);
    case 'repeat':
      return catalog.repeatSkill(id, op.to);
    case 'touch':
      return catalog.touchSkill(id, op);
    case 'edit':
      return editSkill(catalog, id, op) !== undefined;
  }
}
