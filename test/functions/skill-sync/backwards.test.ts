import { beforeEach, describe, expect, it } from 'vitest';
import { versionOf } from '#core/skills/skill.ts';
import { instantFromMs } from '#core/time/instant.ts';
import type { WireSkill } from './catalogue-marketplace.ts';
import { createSyncHarness, HOUR } from './sync-harness.ts';

const MINUTE = 60_000;
const FAR_AHEAD = '9999-12-31T23:59:59Z';

describe('Function: syncSkills, when the marketplace goes back in time', () => {
  let h: ReturnType<typeof createSyncHarness>;
  /** The marketplace as it was when the backup was made. */
  let backup: Map<string, WireSkill>;

  beforeEach(async () => {
    h = createSyncHarness();
    for (let i = 0; i < 25; i += 1) h.publish(`s-${i}`);
    h.marketplace.categories = [{ name: 'Finance', updated_at: '2026-01-02T00:00:00Z' }];
    backup = new Map(h.marketplace.skills);
    await h.sync();
    await h.clock.advance(15 * MINUTE);
  });

  const restore = () => {
    h.marketplace.skills.clear();
    for (const [id, skill] of backup) h.marketplace.skills.set(id, skill);
  };
  const cachedName = (id: string) => (h.cached().get(id) as WireSkill | undefined)?.name;
  /** A frame of the feed, observed now. */
  const frame = (skill: WireSkill) => {
    const now = h.clock.now();
    const expiresAt = new Date(now + 24 * HOUR);
    return h.stores.skills.put(versionOf(skill), {
      observedAt: now,
      now: new Date(now),
      expiresAt,
      fence: undefined,
    });
  };
  const deletion = (id: string, deletedAt: string) => {
    const now = h.clock.now();
    const expiresAt = new Date(now + 24 * HOUR);
    return h.stores.skills.tombstone(id, deletedAt, {
      observedAt: now,
      now: new Date(now),
      expiresAt,
      fence: undefined,
    });
  };

  describe('restored from a backup', () => {
    let newer: WireSkill;
    beforeEach(async () => {
      newer = h.publish('s-3', { name: 'Newer s-3' });
      h.publish('s-4', { name: 'Newer s-4' });
      await h.sync();
      restore();
      await h.clock.advance(15 * MINUTE);
    });

    it('counts what it holds back, says so, and keeps the cache as it is', async () => {
      const run = await h.sync();
      expect(run).toMatchObject({
        status: 'success',
        counts: { held_back: 2, unchanged: 23, changed: 0, skills_synced: 23, accepted_older: 0 },
      });
      expect(cachedName('s-3')).toBe('Newer s-3');
      const [warning] = h.warnings.filter(({ held_back }) => held_back !== undefined);
      expect(warning).toMatchObject({ held_back: 2, some: ['s-3', 's-4'] });
    });

    it('counts each once, in every run, until the marketplace’s word is the only one left', async () => {
      let total = 0;
      h.marketplace.answer = (page, answer) => {
        total = page === 1 && total === 0 ? 26 : answer.total;
        return { ...answer, total };
      };
      expect((await h.sync()).counts).toMatchObject({ held_back: 2, unchanged: 23 });
      await h.clock.advance(25 * HOUR);
      expect((await h.sync()).counts).toMatchObject({ held_back: 0, added: 25 });
      expect(h.cached()).toEqual(h.wanted());
    });

    it('takes the marketplace’s word when it is told to, and is quiet afterwards', async () => {
      const run = await h.sync({ acceptOlder: true });
      expect(run).toMatchObject({
        status: 'success',
        counts: { held_back: 0, changed: 2, accepted_older: 2, unchanged: 23, skills_synced: 25 },
      });
      expect(h.cached()).toEqual(h.wanted());
      const before = new Map(h.table.skills);
      await h.clock.advance(HOUR);
      expect((await h.sync()).counts).toMatchObject({ held_back: 0, changed: 0, unchanged: 25, renewed: 0 });
      expect(new Map(h.table.skills)).toEqual(before);
    });

    it('keeps what it took alive, and takes the next change of it', async () => {
      await h.sync({ acceptOlder: true });
      for (let hour = 0; hour < 60; hour += 1) {
        await h.clock.advance(HOUR);
        expect((await h.sync()).counts).toMatchObject({ held_back: 0, unchanged: 25 });
        expect(h.cached()).toEqual(h.wanted());
      }
      h.publish('s-3', { name: 'Edited after it' });
      expect((await h.sync()).counts).toMatchObject({ changed: 1, held_back: 0 });
      expect(cachedName('s-3')).toBe('Edited after it');
    });

    it('takes nothing over a frame that came after the page was asked for', async () => {
      const newest = {
        ...backup.get('s-3'),
        name: 'By the feed',
        updated_at: '2026-02-01T00:00:00Z',
      } as WireSkill;
      h.marketplace.beforePage = (page) => void (page === 1 && frame(newest));
      const run = await h.sync({ acceptOlder: true });
      expect(run.counts).toMatchObject({ held_back: 1, accepted_older: 1 });
      expect(cachedName('s-3')).toBe('By the feed');
    });

    it('does not lose what it took to a frame that was observed before', async () => {
      const observedAt = h.clock.now();
      await h.sync({ acceptOlder: true });
      const now = new Date(h.clock.now());
      const expiresAt = new Date(h.clock.now() + HOUR);
      await h.stores.skills.put(versionOf(newer), { observedAt, now, expiresAt, fence: undefined });
      expect(h.cached()).toEqual(h.wanted());
    });

    it('takes an older category too, and counts it as held back before', async () => {
      h.marketplace.categories = [
        { name: 'Finance', description: 'as it was', updated_at: '2026-01-01T00:00:00Z' },
      ];
      expect((await h.sync()).counts).toMatchObject({ held_back: 3, categories_synced: 1 });
      expect(h.table.categories.get('Finance')?.json).not.toContain('as it was');
      await h.sync({ acceptOlder: true });
      expect(h.table.categories.get('Finance')?.json).toContain('as it was');
      expect((await h.sync()).counts.held_back).toBe(0);
    });

    it('goes on as it was told to, and from no other run’s cursor', async () => {
      for (let i = 25; i < 200; i += 1) backup.set(`s-${i}`, h.publish(`s-${i}`));
      const timesOut = (after: number) => {
        const end = h.clock.now() + after;
        return () => (h.clock.now() >= end ? 5_000 : 100_000);
      };
      await h.sync({ runId: '01KHWZ9QJ0000000000000000A', remainingMs: timesOut(25) });
      expect((await h.stores.jobs.state('skill-sync-atom-saas')).listing).toBeDefined();
      const runId = '01KHWZ9QJ0000000000000000B';
      h.marketplace.pagesAsked.length = 0;
      const first = await h.sync({ runId, acceptOlder: true, remainingMs: timesOut(25) });
      expect(first.status).toBe('interrupted');
      expect(Math.min(...h.marketplace.pagesAsked)).toBe(1);
      h.marketplace.pagesAsked.length = 0;
      const run = await h.sync({ runId, acceptOlder: true });
      expect(Math.min(...h.marketplace.pagesAsked)).toBeGreaterThan(1);
      expect(run).toMatchObject({ status: 'success', counts: { accepted_older: 2, held_back: 0 } });
      expect(h.cached()).toEqual(h.wanted());
    });

    it('tells of what an interrupted run had held back', async () => {
      for (let i = 25; i < 200; i += 1) backup.set(`s-${i}`, h.publish(`s-${i}`));
      restore();
      const end = h.clock.now() + 25;
      await h.sync({ remainingMs: () => (h.clock.now() >= end ? 5_000 : 100_000) });
      const run = await h.sync();
      expect(run).toMatchObject({ status: 'success', counts: { held_back: 2, skills_synced: 198 } });
    });
  });

  describe('a skill deleted and put back as it was', () => {
    it('comes back with the next complete listing after a deletion by the feed', async () => {
      await deletion('s-5', instantFromMs(h.clock.now()));
      expect(h.cached().has('s-5')).toBe(false);
      await h.clock.advance(15 * MINUTE);
      const run = await h.sync();
      expect(run.counts).toMatchObject({ added: 1, held_back: 0, unchanged: 24, skills_synced: 25 });
      expect(h.cached()).toEqual(h.wanted());
      h.publish('s-5', { name: 'Edited', updated_at: new Date(h.clock.now()).toISOString() });
      expect((await h.sync()).counts).toMatchObject({ changed: 1 });
    });

    it('comes back with an older version than the one that was removed', async () => {
      h.publish('s-5', { name: 'Newer' });
      await h.sync();
      h.marketplace.skills.delete('s-5');
      expect((await h.sync()).counts.removed).toBe(1);
      h.marketplace.skills.set('s-5', backup.get('s-5') as WireSkill);
      expect((await h.sync()).counts).toMatchObject({ added: 1, held_back: 0 });
      expect(h.cached()).toEqual(h.wanted());
    });

    it('stays away for one more listing when the deletion came while the first was under way', async () => {
      h.marketplace.beforePage = (page) =>
        void (page === 2 && deletion('s-22', instantFromMs(h.clock.now())));
      await h.sync();
      h.marketplace.beforePage = () => undefined;
      expect(h.cached().has('s-22')).toBe(false);
      await h.clock.advance(1);
      await h.sync();
      expect(h.cached().has('s-22')).toBe(true);
    });

    it('stays away when the deletion came between the digests and the page that names it', async () => {
      await deletion('s-22', instantFromMs(h.clock.now()));
      await h.clock.advance(10);
      // Told again after the listing began.
      h.marketplace.beforePage = (page) =>
        void (page === 1 && deletion('s-22', instantFromMs(h.clock.now())));
      expect((await h.sync()).counts).toMatchObject({ held_back: 1, added: 0 });
      expect(h.cached().has('s-22')).toBe(false);
    });

    it('stays away when the listing is not complete', async () => {
      await deletion('s-5', instantFromMs(h.clock.now()));
      await h.clock.advance(MINUTE);
      h.marketplace.answer = (_page, answer) => ({ ...answer, total: 100 });
      const run = await h.sync();
      expect(run).toMatchObject({ status: 'failed', counts: { held_back: 1 } });
      expect(h.cached().has('s-5')).toBe(false);
    });

    it('is asked for by its id where an earlier invocation had met it', async () => {
      for (let i = 25; i < 200; i += 1) h.publish(`s-${i}`);
      await h.sync();
      await deletion('s-5', instantFromMs(h.clock.now()));
      await h.clock.advance(MINUTE);
      const end = h.clock.now() + 35;
      const runId = '01KHWZ9QJ0000000000000000C';
      const first = await h.sync({ runId, remainingMs: () => (h.clock.now() >= end ? 5_000 : 100_000) });
      expect(first).toMatchObject({ status: 'interrupted', counts: { held_back: 1 } });
      const run = await h.sync({ runId });
      expect(h.marketplace.skillsAsked).toEqual(['s-5']);
      expect(run.counts).toMatchObject({ held_back: 0, added: 1, unchanged: 199 });
      expect(h.cached()).toEqual(h.wanted());
    });

    it('comes back at once when the marketplace’s word is taken', async () => {
      await deletion('s-5', FAR_AHEAD);
      await h.clock.advance(MINUTE);
      h.marketplace.answer = (_page, answer) => ({ ...answer, total: 100 });
      expect((await h.sync({ acceptOlder: true })).counts).toMatchObject({ added: 1, accepted_older: 1 });
      expect(h.cached()).toEqual(h.wanted());
    });
  });

  describe('a stamp of the year 9999', () => {
    it('is taken once, costs nothing while it is quiet, and gives way to a correction', async () => {
      h.marketplace.skills.set('s-3', {
        ...(backup.get('s-3') as WireSkill),
        name: 'Far',
        updated_at: FAR_AHEAD,
      });
      expect((await h.sync()).counts).toMatchObject({ changed: 1, held_back: 0 });
      const before = new Map(h.table.skills);
      await h.clock.advance(HOUR);
      expect((await h.sync()).counts).toMatchObject({ changed: 0, unchanged: 25, renewed: 0, held_back: 0 });
      expect(new Map(h.table.skills)).toEqual(before);
      for (const updated_at of [new Date(h.clock.now()).toISOString(), FAR_AHEAD, '2026-01-01T00:00:09Z']) {
        h.marketplace.skills.set('s-3', { skill_id: 's-3', name: `At ${updated_at}`, updated_at });
        await h.clock.advance(1);
        expect((await h.sync()).counts).toMatchObject({ changed: 1, held_back: 0 });
        expect(h.cached()).toEqual(h.wanted());
      }
    });

    it('keeps nobody from being removed and put back', async () => {
      const far = { ...(backup.get('s-3') as WireSkill), updated_at: FAR_AHEAD };
      h.marketplace.skills.set('s-3', far);
      await h.sync();
      h.marketplace.skills.delete('s-3');
      expect((await h.sync()).counts.removed).toBe(1);
      h.marketplace.skills.set('s-3', far);
      expect((await h.sync()).counts.added).toBe(1);
      await deletion('s-3', FAR_AHEAD);
      await h.clock.advance(1);
      expect((await h.sync()).counts.added).toBe(1);
      expect(h.cached()).toEqual(h.wanted());
    });

    it('that code without a cap has stored stands in nobody’s way', async () => {
      const item = h.table.skills.get('s-3')!;
      const rank = `9999-12-31T23:59:59!${String(h.clock.now()).padStart(15, '0')}!${item.hash}`;
      h.table.skills.set('s-3', { ...item, updatedAt: '9999-12-31T23:59:59', rank } as typeof item);
      h.publish('s-3', { name: 'Right' });
      expect((await h.sync()).counts).toMatchObject({ changed: 1, held_back: 0 });
      expect(h.cached()).toEqual(h.wanted());
    });
  });

  it('does not call a race with a frame that says the same held back', async () => {
    const skill = h.publish('s-3', { name: 'By both' });
    h.marketplace.beforePage = (page) => void (page === 1 && frame(skill));
    expect((await h.sync()).counts).toMatchObject({ held_back: 0, unchanged: 25 });
  });
});
