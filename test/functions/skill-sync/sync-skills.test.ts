import { beforeEach, describe, expect, it } from 'vitest';
import { createMemorySearchSnapshots } from '#adapters/dynamodb/skills/memory-search-snapshot.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSyncHarness, HOUR } from './sync-harness.ts';

describe('Function: syncSkills', () => {
  let h: ReturnType<typeof createSyncHarness>;

  beforeEach(() => {
    h = createSyncHarness();
    for (let i = 0; i < 45; i += 1) h.publish(`s-${i}`);
  });

  it('fills an empty cache and says what it did', async () => {
    const run = await h.sync();
    expect(run).toMatchObject({
      status: 'success',
      counts: {
        skills_synced: 45,
        categories_synced: 2,
        added: 45,
        changed: 0,
        unchanged: 0,
        removed: 0,
        rejected: 0,
      },
      progress: { done: 45, total: 45, unit: 'skills' },
    });
    expect(h.cached()).toEqual(h.wanted());
    expect(await h.stores.jobs.state('skill-sync-atom-saas')).toMatchObject({
      totalRuns: 1,
      successfulRuns: 1,
      skillsCount: 45,
      categoriesCount: 2,
    });
  });

  it('writes no entry when nothing changed', async () => {
    await h.sync();
    const before = new Map(h.table.skills);
    const categories = new Map(h.table.categories);
    await h.clock.advance(HOUR);
    const run = await h.sync();
    expect(run.counts).toMatchObject({ unchanged: 45, added: 0, changed: 0, renewed: 0 });
    expect(new Map(h.table.skills)).toEqual(before);
    expect(new Map(h.table.categories)).toEqual(categories);
    expect(h.table.checkpoints.size).toBe(0);
  });

  it('adds what it wrote to the snapshot of the search, also where it fails, and nothing where it wrote nothing', async () => {
    const inSnapshot = async () => (await createMemorySearchSnapshots(h.table).read())?.skills;
    const notices = () => h.table.search.notices.length;
    await h.sync();
    expect((await inSnapshot())?.size).toBe(45);
    expect(notices()).toBe(1);
    const before = h.table.search.state;
    await h.clock.advance(HOUR);
    await h.sync();
    expect([h.table.search.state, notices()]).toEqual([before, 1]);
    h.publish('s-7', { name: 'Renamed' });
    h.marketplace.skills.delete('s-20');
    await h.sync();
    expect(h.table.search.state.changes).toHaveLength(2);
    expect((await inSnapshot())?.get('s-7')?.name).toBe('Renamed');
    expect((await inSnapshot())?.has('s-20')).toBe(false);
    for (const id of [...h.marketplace.skills.keys()].slice(0, 40)) h.marketplace.skills.delete(id);
    h.publish('new');
    expect((await h.sync()).status).toBe('failed');
    expect((await inSnapshot())?.has('new')).toBe(true);
  });

  it('writes only what changed, and only what was removed goes', async () => {
    await h.sync();
    h.publish('s-7', { name: 'Renamed' });
    h.publish('new');
    h.marketplace.skills.delete('s-20');
    const run = await h.sync();
    expect(run.counts).toMatchObject({ added: 1, changed: 1, unchanged: 43, removed: 1 });
    expect(h.cached()).toEqual(h.wanted());
  });

  it('takes a change that left updated_at as it was', async () => {
    await h.sync();
    const skill = h.marketplace.skills.get('s-3')!;
    h.marketplace.skills.set('s-3', { ...skill, name: 'Other name' });
    expect((await h.sync()).counts.changed).toBe(1);
    expect(h.cached()).toEqual(h.wanted());
  });

  it('never puts an older version over a newer one', async () => {
    await h.sync();
    const newer = h.publish('s-3', { name: 'Newest' });
    await h.sync();
    h.marketplace.skills.set('s-3', { ...newer, name: 'Older', updated_at: '2025-01-01T00:00:00Z' });
    const run = await h.sync();
    expect(run.counts).toMatchObject({ changed: 0, unchanged: 44, held_back: 1, skills_synced: 44 });
    expect(h.cached().get('s-3')).toMatchObject({ name: 'Newest' });
  });

  it('does not let a page that was asked for before undo what another writer stored since', async () => {
    await h.sync();
    const listed = h.marketplace.skills.get('s-3')!;
    h.marketplace.skills.set('s-3', { ...listed, name: 'As the page has it' });
    h.marketplace.beforePage = (page) => {
      if (page !== 1) return;
      // A frame of the feed, of the same second as the page's version, arrives while the page is under way.
      const version = versionOf({ ...listed, name: 'As the feed has it' });
      const expiresAt = new Date(h.clock.now() + HOUR);
      const observation = {
        observedAt: h.clock.now(),
        now: new Date(h.clock.now()),
        expiresAt,
        fence: undefined,
      };
      void h.stores.skills.put(version, observation);
    };
    const run = await h.sync();
    expect(h.cached().get('s-3')).toMatchObject({ name: 'As the feed has it' });
    expect(run.counts).toMatchObject({ changed: 0, unchanged: 44, held_back: 1 });
  });

  it('renews what lives in its second half, spread over time', async () => {
    await h.sync();
    await h.clock.advance(15 * HOUR);
    const run = await h.sync();
    expect(run.counts.renewed).toBeGreaterThan(0);
    expect(run.counts.renewed).toBeLessThan(45);
    for (let hour = 16; hour < 60; hour += 1) {
      await h.clock.advance(HOUR);
      expect(h.cached().size).toBe(45);
      await h.sync();
    }
    expect(h.cached()).toEqual(h.wanted());
  });

  it('fills the cache anew once everything expired', async () => {
    await h.sync();
    await h.clock.advance(25 * HOUR);
    expect(h.cached().size).toBe(0);
    expect((await h.sync()).counts).toMatchObject({ added: 45, unchanged: 0 });
  });

  it('refuses bad records with their reasons and takes the others', async () => {
    h.marketplace.answer = (page, answer) =>
      page === 2 ? { ...answer, records: [null, { skill_id: 's-10' }, ...answer.records.slice(2)] } : answer;
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'success', counts: { added: 43, rejected: 2, skills_synced: 43 } });
    const { items } = await h.stores.rejected.list(10, undefined, h.clock.now());
    expect(items.map(({ id, kind, reason }) => [kind, id.slice(0, 5), reason.split(':')[0]])).toEqual(
      expect.arrayContaining([
        ['skill', 's-10', 'name'],
        ['skill', 'no-id', 'record'],
      ]),
    );
  });

  it('does not write a refusal again that is known', async () => {
    h.publish('s-1', { name: 4 });
    await h.sync();
    const before = new Map(h.table.rejected);
    await h.clock.advance(HOUR);
    await h.sync();
    expect(new Map(h.table.rejected)).toEqual(before);
  });

  it('fails when every record is refused, and the cache stays', async () => {
    await h.sync();
    h.marketplace.answer = (_page, answer) => ({
      ...answer,
      records: answer.records.map(() => ({ junk: true })),
    });
    const run = await h.sync();
    expect(run.status).toBe('failed');
    expect(h.cached()).toEqual(h.wanted());
  });

  it.each([
    ['an empty listing', () => ({ records: [], total: 0 })],
    [
      'a listing cut to one page',
      (_page: number, a: { records: unknown[]; total: number }) => ({ ...a, total: 10 }),
    ],
  ] as const)('removes nothing on %s', async (_what, answer) => {
    await h.sync();
    h.marketplace.answer = answer;
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'mass_removal_refused' } });
    expect(h.cached()).toEqual(h.wanted());
  });

  it('removes a fifth of the cache but not more', async () => {
    await h.sync();
    for (let i = 0; i < 9; i += 1) h.marketplace.skills.delete(`s-${i}`);
    expect(await h.sync()).toMatchObject({ status: 'success', counts: { removed: 9 } });
    for (let i = 10; i < 18; i += 1) h.marketplace.skills.delete(`s-${i}`);
    const run = await h.sync();
    expect(run.error?.code).toBe('mass_removal_refused');
    expect(h.cached().size).toBe(36);
  });

  it('fails when the listing never reaches its total, and removes nothing', async () => {
    await h.sync();
    h.marketplace.skills.delete('s-1');
    h.marketplace.answer = (_page, answer) => ({ ...answer, total: 60 });
    const run = await h.sync();
    expect(run.error?.code).toBe('listing_incomplete');
    expect(h.cached().size).toBe(45);
  });

  it('looks once more when skills moved between two pages', async () => {
    await h.sync();
    let moved = false;
    h.marketplace.beforePage = (page) => {
      if (page !== 3 || moved) return;
      moved = true;
      const first = h.marketplace.skills.get('s-0')!;
      h.marketplace.skills.delete('s-0');
      h.marketplace.skills.set('s-0', first);
    };
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'success', counts: { removed: 0 } });
    expect(h.cached()).toEqual(h.wanted());
  });

  it('asks for a missing skill before it removes it', async () => {
    await h.sync();
    // One goes and one comes while page 3 is fetched: the total stays, and a skill slips between two pages.
    let done = false;
    h.marketplace.beforePage = (page) => {
      if (page !== 3 || done) return;
      done = true;
      h.marketplace.skills.delete('s-0');
      h.publish('late');
    };
    const run = await h.sync();
    expect(run.status).toBe('success');
    expect(h.marketplace.skillsAsked.length).toBeGreaterThan(0);
    expect(h.cached().has('s-20')).toBe(true);
    await h.sync();
    expect(h.cached()).toEqual(h.wanted());
  });

  it('brings back a skill that was removed and is listed again', async () => {
    await h.sync();
    const skill = h.marketplace.skills.get('s-5')!;
    h.marketplace.skills.delete('s-5');
    await h.sync();
    expect(h.cached().has('s-5')).toBe(false);
    h.marketplace.skills.set('s-5', skill);
    await h.sync();
    expect(h.cached().get('s-5')).toEqual(skill);
  });
});
