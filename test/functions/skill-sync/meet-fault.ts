import { expect } from 'vitest';
import type { Run } from '#core/runs/run.ts';
import type { Skill } from '#core/skills/skill.ts';
import { parseInstant } from '#core/time/instant.ts';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { at, type FaultCase } from './fault-cases.ts';
import { ROTATED, type SyncSystem, TOKEN } from './sync-system.ts';

/**
 * Meets a fault on an empty cache, then in every place, once and for good, over a full one with changes to be
 * fetched. Each time nothing may be lost or claimed, and two runs at most afterwards everything is up to date.
 */
export async function meetEverywhere(s: SyncSystem, { fault, places, code }: FaultCase): Promise<void> {
  await meet(s, [at(fault, places[0] ?? 'page 1', 'always')]);
  for (const place of places) {
    for (const times of [1, 'always'] as const) {
      editSome(s);
      try {
        const run = await meet(s, [at(fault, place, times)]);
        if (code && times === 'always') expect(run.error?.code).toMatch(code);
      } catch (error) {
        throw new Error(`It went wrong on ${place}, times: ${times}.`, { cause: error });
      }
    }
  }
  await expectNoToken(s);
}

/** One run into faults, and then the runs after them. */
export async function meet(s: SyncSystem, faults: readonly Fault[]): Promise<Run> {
  const before = await s.cached();
  const categoriesBefore = await s.categories();
  for (const fault of faults) s.marketplace.faults.add(fault);
  const run = await s.sync();
  s.marketplace.faults.clear();
  expectEnded(run);
  const after = await s.cached();
  expectNoSetback(before, after, s);
  expect([...(await s.categories()).keys()]).toEqual(expect.arrayContaining([...categoriesBefore.keys()]));
  if (run.status === 'success' && !faults.some(isUnseen)) await expectEqual(s);
  else await recover(s);
  return run;
}

/** An answer that refuses single records, or an empty list of categories where there were none before. */
function isUnseen(fault: Fault): boolean {
  if (fault.kind !== 'shape') return false;
  if (fault.route === 'categories' && ['array', 'list_empty'].includes(fault.shape)) return true;
  return fault.shape.startsWith('record_');
}

function expectEnded(run: Run): void {
  expect(['success', 'failed']).toContain(run.status);
  if (run.status === 'success') {
    expect(run.error).toBeUndefined();
    return;
  }
  expect(run.error?.code).toMatch(/^[a-z_]+$/);
  expect(run.error?.code).not.toBe('internal_error');
  expect(run.error?.message).toMatch(/\S \S/);
  expect(run.endedAt).toBeGreaterThanOrEqual(run.startedAt);
}

/** Nothing that the marketplace still has is gone, and nothing is older than it was. */
export function expectNoSetback(before: Map<string, Skill>, after: Map<string, Skill>, s: SyncSystem): void {
  for (const [id, skill] of before) {
    const now = after.get(id);
    if (now === undefined) expect(s.marketplace.catalog.has(id), `${id} is lost`).toBe(false);
    else expect(stamp(now) >= stamp(skill), `${id} was set back`).toBe(true);
  }
}

function stamp(skill: Skill): string {
  return parseInstant(skill.updated_at ?? '') ?? '';
}

/** The cache is what the marketplace has. */
export async function expectEqual(s: SyncSystem): Promise<void> {
  expect(await s.cached()).toEqual(s.wanted());
  const categories = s.marketplace.catalog.categories();
  expect(await s.categories()).toEqual(new Map(categories.map((category) => [category.name, category])));
}

/** Two runs at most after the faults everything is there. What asked to be left alone has its time first. */
export async function recover(s: SyncSystem): Promise<void> {
  s.marketplace.tokens.accept(TOKEN);
  const { notBefore = 0 } = await s.stores.jobs.state('skill-sync-atom-saas');
  s.clock.advance(Math.max(1_000, notBefore - s.clock.now()));
  const first = await s.sync();
  const last = first.status === 'success' ? first : await s.sync();
  expect(last).toMatchObject({ status: 'success' });
  await expectEqual(s);
}

/** A change on each page, one skill removed and one added. */
export function editSome({ marketplace: { catalog } }: SyncSystem): void {
  const ids = catalog.ids();
  for (const skill_id of ids.filter((_, place) => place % 8 === 1 || place === 24)) {
    catalog.upsertSkill({ skill_id, description: `Edited after ${catalog.get(skill_id)?.updated_at}` });
  }
  catalog.removeSkill(ids[12] ?? '');
  catalog.upsertSkill({ skill_id: `new-${ids[20]}`, name: 'new', category: 'Finance' }, { index: 20 });
}

/** No token in any log line, error or stored item. */
export async function expectNoToken(s: SyncSystem): Promise<void> {
  const seen = [...s.log, JSON.stringify(await s.rows())].join('\n');
  for (const token of [TOKEN, ROTATED]) expect(seen.includes(token), 'a token got out').toBe(false);
}
