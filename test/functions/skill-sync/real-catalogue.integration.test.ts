import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import { createSkillReader } from '#adapters/dynamodb/skills/skill-reader.ts';
import { createSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import type { CategoryInput, SkillPatch } from '#local/marketplace/http/wire.ts';
import { type Ground, type SyncSystem, startGround, startSystem } from './sync-system.ts';

const DATA = resolve(import.meta.dirname, '../../../../shared/data');
const isThere = existsSync(resolve(DATA, 'skills.jsonl.gz'));

if (!isThere) console.warn(`The real catalogue is not in ${DATA}: its tests do not run.`);

/** 5,145 real skills: third-party text, read where it lies and never copied. */
describe.runIf(isThere)('The skill sync, over the real catalogue', () => {
  let ground: Ground;
  let s: SyncSystem;
  let skills: SkillPatch[] = [];

  beforeAll(async () => {
    ground = await startGround();
    const lines = gunzipSync(readFileSync(resolve(DATA, 'skills.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    skills = lines.map((line) => JSON.parse(line));
    const categories: CategoryInput[] = readCategories();
    s = await startSystem(ground, { catalog: { skills, categories }, pageSize: 100, latencyMs: 0 });
  });
  afterAll(async () => {
    await s.stop();
    await ground.stop();
  });

  it('stores every skill when the cache is empty, field by field, none refused', async () => {
    const run = await s.sync();
    expect(run).toMatchObject({
      status: 'success',
      counts: { added: skills.length, skills_synced: skills.length, rejected: 0, removed: 0 },
      progress: { done: skills.length, total: skills.length },
    });
    const cached = await readAll(s);
    expect(cached.size).toBe(skills.length);
    for (const skill of skills) expect(cached.get(skill.skill_id)).toEqual(skill);
    expect(await s.refused()).toEqual([]);
    const names = new Map(s.marketplace.catalog.categories().map((category) => [category.name, category]));
    expect(await s.categories()).toEqual(names);
  });

  it('gives each skill by its id to the letter', async () => {
    const reader = createSkillReader(s.table);
    const now = new Date(s.clock.now());
    for (const skill of skills.filter((_, n) => n % 25 === 0)) {
      const entry = await reader.get(skill.skill_id, now);
      expect(JSON.stringify(entry?.remote.skill, sortedKeys(skill))).toBe(
        JSON.stringify(skill, sortedKeys(skill)),
      );
    }
  });

  it('writes no skill when nothing changed', async () => {
    const before = await skillRows(s);
    expect(await s.sync()).toMatchObject({
      status: 'success',
      counts: { added: 0, changed: 0, renewed: 0, removed: 0, unchanged: skills.length },
    });
    expect(await skillRows(s)).toEqual(before);
  });

  it('writes just what changed when one in a hundred did', async () => {
    const before = await skillRows(s);
    const edited = skills.filter((_, n) => n % 100 === 7).map(({ skill_id }) => skill_id);
    for (const skill_id of edited) {
      s.marketplace.catalog.upsertSkill({ skill_id, description: `改訂 🛠️ ${skill_id}` });
    }
    expect(await s.sync()).toMatchObject({ status: 'success', counts: { changed: edited.length, added: 0 } });
    const after = await skillRows(s);
    const written = [...after].filter(([key, row]) => before.get(key) !== row).map(([key]) => key);
    expect(written.sort()).toEqual(edited.map((id) => `SKILL#${id}`).sort());
    expect(await readAll(s)).toEqual(s.wanted());
  });

  it('merges edits of real skills with real changes, field by field, and records each', async () => {
    const merging = createSyncStores(s.table, { strategy: 'merge', random: () => 0.5 });
    const editor = createSkillEditor(createSkillEntries(s.table));
    const chosen = skills.filter((skill, n) => n % 200 === 11 && skill.python_packages && skill.description);
    expect(chosen.length).toBeGreaterThan(5);
    const packagesOf = ({ python_packages }: SkillPatch) => (python_packages ?? []) as string[];
    for (const skill of chosen) {
      const { skill_id } = skill;
      const ours = (entry: CachedSkill): Skill => ({
        ...effectiveSkill(entry),
        command: 'ours',
        python_packages: ['ours', ...packagesOf(skill)],
      });
      await editor.edit(skill_id, ours, { by: 'dana', now: s.clock.now() });
      const theirs = ['theirs', ...packagesOf(skill)];
      s.marketplace.catalog.upsertSkill({
        skill_id,
        description: `改訂 ${skill_id}`,
        python_packages: theirs,
      });
    }
    const run = await s.syncThrough(merging);
    expect(run).toMatchObject({
      status: 'success',
      counts: { conflicts_detected: chosen.length, conflicts_resolved: chosen.length, conflicts_manual: 0 },
    });
    const now = new Date(s.clock.now());
    for (const skill of chosen) {
      const { skill_id, name, code, tags, metadata } = skill;
      const entry = await createSkillReader(s.table).get(skill_id, now);
      const packages = [...new Set(['ours', 'theirs', ...packagesOf(skill)])].sort();
      expect(entry && effectiveSkill(entry)).toMatchObject({
        ...{ name, code, tags, metadata },
        command: 'ours',
        description: `改訂 ${skill_id}`,
        python_packages: packages,
      });
    }
    const { items } = await merging.conflicts.list({ status: 'resolved' }, 200, undefined, now);
    expect(items.map(({ skillId }) => skillId).sort()).toEqual(chosen.map(({ skill_id }) => skill_id).sort());
    for (const { type, severity, resolution } of items) {
      expect({ type, severity, by: resolution?.resolvedBy }).toEqual({
        type: 'DEPENDENCY_CONFLICT',
        severity: 'CRITICAL',
        by: 'rule',
      });
    }
  });
});

function readCategories(): CategoryInput[] {
  const parsed: unknown = JSON.parse(readFileSync(resolve(DATA, 'categories.json'), 'utf8'));
  const records = Array.isArray(parsed) ? parsed : (parsed as { categories: unknown }).categories;
  return (records as (CategoryInput & { skill_count?: number })[]).map(
    ({ skill_count, ...category }) => category,
  );
}

/** Every skill as a reader lists it, page by page. */
async function readAll(s: SyncSystem): Promise<Map<string, Skill>> {
  const reader = createSkillReader(s.table);
  const found = new Map<string, Skill>();
  let cursor: string | undefined;
  do {
    const page = await reader.list({}, 200, cursor, new Date(s.clock.now()));
    for (const { remote } of page.items) found.set(remote.skill.skill_id, remote.skill);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

async function skillRows(s: SyncSystem): Promise<Map<string, string>> {
  const rows = (await s.rows()).filter(({ sk }) => sk === 'SKILL');
  return new Map(rows.map((row) => [String(row.pk), JSON.stringify(row)]));
}

/** The keys of both in one order, at every depth. */
function sortedKeys(value: unknown): string[] {
  const keys = new Set<string>();
  JSON.stringify(value, (key, inner) => {
    keys.add(key);
    return inner;
  });
  return [...keys].sort();
}
