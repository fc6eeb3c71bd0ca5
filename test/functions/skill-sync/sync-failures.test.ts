import { beforeEach, describe, expect, it } from 'vitest';
import {
  LeaseLostError,
  MarketplaceAuthError,
  MarketplaceUnavailableError,
  RateLimitedError,
  StorageError,
} from '#core/errors.ts';
import { createSyncHarness } from './sync-harness.ts';

describe('Function: syncSkills, when something fails or another run is under way', () => {
  let h: ReturnType<typeof createSyncHarness>;

  beforeEach(() => {
    h = createSyncHarness();
    for (let i = 0; i < 45; i += 1) h.publish(`s-${i}`);
  });

  it('keeps the other pages fresh when one can not be had, fails, and goes on there', async () => {
    h.marketplace.answer = (page, answer) => {
      if (page === 3) throw new MarketplaceUnavailableError('page 3 answers 500');
      return answer;
    };
    const failed = await h.sync();
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'marketplace_unavailable' } });
    expect(h.cached().size).toBe(35);
    h.marketplace.answer = (_page, answer) => answer;
    h.marketplace.pagesAsked.length = 0;
    const run = await h.sync();
    expect(h.marketplace.pagesAsked).toEqual([2, 3, 4, 5]);
    expect(run).toMatchObject({ status: 'success', continues: failed.runId, counts: { skills_synced: 45 } });
    expect(h.cached()).toEqual(h.wanted());
  });

  it('goes on at the page whose entries could not be written, not behind it', async () => {
    for (let i = 45; i < 300; i += 1) h.publish(`s-${i}`);
    const put: typeof h.stores.skills.put = async (version, observation) => {
      if (version.skill.skill_id === 's-155') throw new StorageError('throttled');
      return h.stores.skills.put(version, observation);
    };
    const failed = await h.sync({}, { ...h.stores, skills: { ...h.stores.skills, put } });
    expect(failed.error?.code).toBe('storage_unavailable');
    h.marketplace.pagesAsked.length = 0;
    expect(await h.sync()).toMatchObject({ status: 'success', continues: failed.runId });
    expect(Math.min(...h.marketplace.pagesAsked)).toBe(15);
    expect(h.cached()).toEqual(h.wanted());
  });

  it('stops trying pages when the marketplace is down', async () => {
    h.marketplace.skills.clear();
    for (let i = 0; i < 900; i += 1) h.publish(`m-${i}`);
    h.marketplace.answer = (page, answer) => {
      if (page > 10) throw new MarketplaceUnavailableError('down');
      return answer;
    };
    await h.sync();
    expect(Math.max(...h.marketplace.pagesAsked)).toBeLessThan(25);
  });

  it('fails at once when the token is refused', async () => {
    h.marketplace.answer = () => {
      throw new MarketplaceAuthError('no');
    };
    expect(await h.sync()).toMatchObject({ status: 'failed', error: { code: 'marketplace_auth' } });
  });

  it('leaves the marketplace alone for as long as it asked', async () => {
    h.marketplace.answer = () => {
      throw new RateLimitedError('too many', 10 * 60_000);
    };
    expect((await h.sync()).error?.code).toBe('rate_limited');
    h.marketplace.answer = (_page, answer) => answer;
    h.marketplace.pagesAsked.length = 0;
    expect(await h.sync()).toMatchObject({ status: 'skipped', skipReason: 'rate_limited' });
    expect(h.marketplace.pagesAsked).toEqual([]);
    await h.clock.advance(10 * 60_000);
    expect((await h.sync()).status).toBe('success');
  });

  it('syncs the skills although the categories can not be had, and still fails', async () => {
    h.marketplace.listCategories = async () => {
      throw new MarketplaceUnavailableError('categories are down');
    };
    expect(await h.sync()).toMatchObject({ status: 'failed', error: { message: 'categories are down' } });
    expect(h.cached().size).toBe(45);
  });

  it('keeps the categories when the marketplace lists none', async () => {
    await h.sync();
    h.marketplace.categories = [];
    expect((await h.sync()).error?.code).toBe('mass_removal_refused');
    expect(h.table.categories.size).toBe(2);
  });

  it('removes a category that is gone and takes one that changed', async () => {
    await h.sync();
    h.marketplace.categories = [{ name: 'Finance', description: 'Money' }];
    expect((await h.sync()).status).toBe('success');
    expect([...h.table.categories.keys()]).toEqual(['Finance']);
  });

  it('stops before its time runs out, keeps its cursor, and goes on as the same run', async () => {
    for (let i = 45; i < 200; i += 1) h.publish(`s-${i}`);
    const end = h.clock.now() + 25;
    const runId = '01KHWZ9QJ0000000000000000A';
    const remainingMs = () => (h.clock.now() >= end ? 5_000 : 100_000);
    const first = await h.sync({ runId, remainingMs });
    expect(first.status).toBe('interrupted');
    expect(h.wentOn).toEqual([runId]);
    expect(h.cached().size).toBeLessThan(200);
    h.marketplace.pagesAsked.length = 0;
    const second = await h.sync({ runId });
    expect(second).toMatchObject({
      runId,
      status: 'success',
      invocations: 2,
      counts: { skills_synced: 200, added: 200 },
    });
    expect(h.cached()).toEqual(h.wanted());
    expect(await h.stores.jobs.state('skill-sync-atom-saas')).toMatchObject({
      totalRuns: 1,
      successfulRuns: 1,
    });
  });

  it('records a run that could not start because another one runs', async () => {
    const first = h.start();
    await h.clock.advance(5);
    const second = await h.start();
    expect(second).toMatchObject({ status: 'skipped', skipReason: 'already_running' });
    expect((await h.clock.run(first)).status).toBe('success');
    expect(second.blockedBy).toBe((await first).runId);
  });

  it('does nothing for an event that is delivered twice', async () => {
    const runId = '01KHWZ9QJ0000000000000000B';
    await h.sync({ runId });
    h.marketplace.pagesAsked.length = 0;
    expect(await h.sync({ runId })).toMatchObject({ status: 'success', invocations: 1 });
    expect(h.marketplace.pagesAsked).toEqual([]);
  });

  it('replaces a holder that died once its lease is over, and its late writes fail', async () => {
    let die = () => {};
    const death = new Promise<never>((_, reject) => {
      die = () => reject(new LeaseLostError('killed'));
    });
    death.catch(() => undefined);
    const dead = { ...h.stores, jobs: { ...h.stores.jobs, renew: () => death, finish: () => death } };
    h.marketplace.beforePage = (page) => {
      if (page === 3) throw new StorageError('the process dies here');
    };
    void h.start({ runId: '01KHWZ9QJ0000000000000000C' }, dead).catch(() => undefined);
    await h.clock.advance(1_000);
    h.marketplace.beforePage = () => undefined;
    expect((await h.sync()).status).toBe('skipped');
    await h.clock.advance(15_000);
    const run = await h.sync();
    expect(run.status).toBe('success');
    die();
    await h.clock.advance(1_000);
    expect(h.cached()).toEqual(h.wanted());
    const { fence } = await h.stores.jobs.state('skill-sync-atom-saas');
    expect(fence).toBe(2);
    await expect(
      h.stores.jobs.finish(
        { job: 'skill-sync-atom-saas', runId: '01KHWZ9QJ0000000000000000C', fence: 1 },
        { status: 'success', endedAt: 1, durationMs: 700 },
      ),
    ).rejects.toBeInstanceOf(LeaseLostError);
  });
});
