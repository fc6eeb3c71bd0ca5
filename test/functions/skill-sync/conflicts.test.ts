import { describe, expect, it } from 'vitest';
import { createMemorySkillEntries } from '#adapters/dynamodb/skills/memory-skill-entries.ts';
import { createMemorySkillReader } from '#adapters/dynamodb/skills/memory-skill-reader.ts';
import type { ConflictStrategy } from '#core/conflicts/conflict.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import type { Skill } from '#core/skills/skill.ts';
import { createSkillEditor } from '#core/skills/skill-editor.ts';
import { createSyncHarness } from './sync-harness.ts';

/** A cache of five skills: both sides change two of them, each side one more, nobody the last. */
async function afterChanges(strategy: ConflictStrategy) {
  const h = createSyncHarness({ strategy });
  for (const id of ['both-1', 'both-2', 'ours', 'theirs', 'nobody']) h.publish(id, { description: 'base' });
  await h.sync();
  const edit = (id: string, fields: Partial<Skill>) =>
    createSkillEditor(createMemorySkillEntries(h.table)).edit(
      id,
      (entry) => ({ ...effectiveSkill(entry), ...fields }),
      {
        by: 'dana',
        now: h.clock.now(),
      },
    );
  for (const id of ['both-1', 'both-2', 'ours']) await edit(id, { description: 'ours' });
  for (const id of ['both-1', 'both-2', 'theirs']) h.publish(id, { description: 'theirs, longer' });
  const served = async (id: string) => {
    const entry = await createMemorySkillReader(h.table).get(id, new Date(h.clock.now()));
    return entry && effectiveSkill(entry).description;
  };
  const conflicts = async () =>
    (await h.stores.conflicts.list({ status: 'all' }, 100, undefined, new Date(h.clock.now()))).items;
  return { ...h, edit, served, conflicts };
}

describe('Function: syncSkills, where local edits meet changes', () => {
  it.each([
    ['remote_wins', 2, 0, 'theirs, longer'],
    ['local_wins', 2, 0, 'ours'],
    ['merge', 2, 0, 'theirs, longer'],
    ['manual', 0, 2, 'ours'],
  ] as const)(
    'with %s resolves %d, leaves %d to an admin, and serves "%s"',
    async (strategy, resolved, manual, text) => {
      const h = await afterChanges(strategy);

      const run = await h.sync();

      expect(run).toMatchObject({
        status: 'success',
        counts: {
          changed: 3,
          conflicts_detected: 2,
          conflicts_resolved: resolved,
          conflicts_manual: manual,
          conflicts_unresolved: manual,
        },
      });
      expect(await Promise.all(['both-1', 'both-2'].map(h.served))).toEqual([text, text]);
      expect(await Promise.all(['ours', 'theirs', 'nobody'].map(h.served))).toEqual([
        'ours',
        'theirs, longer',
        'base',
      ]);
      expect((await h.conflicts()).map(({ skillId }) => skillId).sort()).toEqual(['both-1', 'both-2']);
    },
  );

  it('counts a conflict once, whatever the marketplace does to it later, and its end when it comes by itself', async () => {
    const h = await afterChanges('manual');
    await h.sync();
    h.publish('both-1', { description: 'theirs again' });
    h.publish('both-2', { description: 'ours' });

    const run = await h.sync();

    expect(run.counts).toMatchObject({
      conflicts_detected: 0,
      conflicts_resolved: 1,
      conflicts_manual: 0,
      conflicts_unresolved: 1,
    });
    expect(await h.served('both-1')).toBe('ours');
    expect((await h.conflicts()).map(({ resolution }) => resolution?.strategy)).toEqual([
      undefined,
      'converged',
    ]);
  });

  it('writes nothing about a conflict while nothing changes', async () => {
    const h = await afterChanges('manual');
    await h.sync();
    const before = structuredClone([...h.table.skills]);

    expect((await h.sync()).counts).toMatchObject({
      conflicts_detected: 0,
      changed: 0,
      conflicts_unresolved: 2,
    });

    expect([...h.table.skills]).toEqual(before);
  });

  it('writes the record that a process before it could not', async () => {
    const h = await afterChanges('remote_wins');
    await h.sync();
    const [record] = [...h.table.conflicts.values()];
    const entry = h.table.skills.get(record!.skillId)!;
    h.table.skills.set(record!.skillId, { ...entry, outbox: record });
    h.table.conflicts.delete(record!.id);

    await h.sync();

    expect(await h.conflicts()).toHaveLength(2);
    expect(h.table.skills.get(record!.skillId)).toEqual(entry);
  });

  it('refuses a version whose merge with the edit would be too large, and shows why', async () => {
    const half = 'x'.repeat(2_600_000);
    const h = createSyncHarness({ strategy: 'merge' });
    h.publish('both', { description: 'base' });
    h.publish('other', { description: 'base' });
    await h.sync();
    const edit = (entry: CachedSkill) => ({ ...effectiveSkill(entry), description: half });
    await createSkillEditor(createMemorySkillEntries(h.table)).edit('both', edit, {
      by: 'dana',
      now: h.clock.now(),
    });
    h.publish('both', { code: half });
    h.publish('other', { description: 'theirs' });

    const run = await h.sync();

    expect(run).toMatchObject({ status: 'success', counts: { changed: 1, rejected: 1, removed: 0 } });
    const { items } = await h.stores.rejected.list(9, undefined, h.clock.now());
    expect(items).toMatchObject([
      {
        kind: 'skill',
        id: 'both',
        reason: expect.stringMatching(/^Skill both, as it was edited here, takes/),
      },
    ]);
  });
});
