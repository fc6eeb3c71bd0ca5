import * as z from 'zod';
import { AtomSyncError } from '#core/errors.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { ApiError } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { clip } from '#functions/admin-api/present/present-too-large.ts';
import { failure, success } from '#functions/admin-api/present/wire-schemas.ts';
import { addressedId, skillParams, skillQuery } from '#functions/admin-api/skills/skill-address.ts';
import { patchOf, skillPatch } from '#functions/admin-api/skills/skill-patch.ts';
import { canBeAnId, skillNotFound, wireSkill } from './skills.ts';

/** A version is short; one that is not must not make the answer too large that tells of an edit. */
const MAX_VERSION = 200;

const base = z
  .object({ version: z.string().nullable(), updated_at: z.string().nullable() })
  .meta({ description: "The marketplace's version that the edit started from." });

const edited = z.boolean().meta({
  description: 'Whether there is a local edit: false when it says what the marketplace says.',
  examples: [true],
});

const editSkill = defineRoute({
  method: 'PUT',
  path: '/api/skills/{id}',
  level: Level.intern,
  operationId: 'editSkill',
  summary: "Edits a skill here; the marketplace's version is kept apart.",
  tag: 'marketplace',
  params: skillParams,
  query: z.strictObject(skillQuery),
  body: skillPatch,
  responses: {
    200: {
      description: 'The skill as agents read it from now on.',
      schema: z.object({ success, skill: wireSkill, edited, base }),
    },
    404: { description: '`skill_not_found`: unknown, removed or expired.', schema: failure },
    409: { description: '`edit_conflict`: it kept changing meanwhile.', schema: failure },
    413: { description: '`payload_too_large`: the body, or what it makes of the skill.', schema: failure },
  },
  async handle({ params, query, body, caller }, { editor, now }) {
    const id = addressedId(params, query);
    const patch = patchOf(id, body);
    const edit = { by: caller?.subject ?? 'unknown', now: now() };
    const change = (entry: CachedSkill) => patch(effectiveSkill(entry));
    const entry = canBeAnId(id) ? await editor.edit(id, change, edit).catch(refuse) : undefined;
    if (entry === undefined) throw skillNotFound();
    const { version, updated_at } = entry.base ?? entry.remote.skill;
    const body200 = { success: true, skill: effectiveSkill(entry), edited: entry.local !== undefined };
    return {
      status: 200,
      body: {
        ...body200,
        base: {
          version: version ? clip(version, MAX_VERSION) : (version ?? null),
          updated_at: updated_at ?? null,
        },
      },
    };
  },
});

function refuse(error: unknown): never {
  const code = error instanceof AtomSyncError ? error.code : undefined;
  if (code === 'edit_conflict') {
    throw new ApiError(409, code, 'The skill kept changing meanwhile. Read it again, then edit it.');
  }
  if (code === 'too_large') {
    const message =
      'The edited skill is too large: for the table (400 KB with what it was before, compressed), or for an answer ' +
      '(5 MB). Make it smaller.';
    throw new ApiError(413, 'payload_too_large', message);
  }
  throw error;
}

export const editRoutes: readonly Route[] = [editSkill];
