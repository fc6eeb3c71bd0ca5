import { beforeEach, describe, expect, it } from 'vitest';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { MarketplaceUnavailableError, TokenUnavailableError } from '#core/errors.ts';
import { createSyncHarness } from '#test/functions/skill-sync/sync-harness.ts';
import type { Datum } from './emf.ts';
import { metricsOfService } from './emitters.ts';
import { MINUTE, sent, state } from './provoke.ts';

const SYNC = 'skill-sync-atom-saas';

/** The cases of the alarms on runs of the skill sync. */
describe('Skill syncs, and what the alarms make of what they send', () => {
  let h: ReturnType<typeof createSyncHarness>;
  let data: Datum[];
  const metrics = metricsOfService('skill-sync');

  /** A real run of the sync, with the metrics that its handler sends. */
  const sync = async () => {
    const run = await h.sync();
    const size = await h.stores.jobs.state(SYNC);
    data.push(
      ...(await sent(h.clock.now(), () => publishRun(metrics, run, run.status === 'success' ? size : {}))),
    );
    return run;
  };
  const fail = (error: Error) => {
    h.marketplace.answer = () => {
      throw error;
    };
  };
  const goDown = () => fail(new MarketplaceUnavailableError('It is away.'));
  const comeBack = () => {
    h.marketplace.answer = (_page, answer) => answer;
  };
  /** So many runs at their interval; those whose index is in `failing` fail, by something else than no marketplace. */
  const syncs = async (count: number, failing: readonly number[], error: Error = new Error('Broken.')) => {
    for (let index = 0; index < count; index += 1) {
      if (failing.includes(index)) fail(error);
      else comeBack();
      await sync();
      await h.clock.advance(15 * MINUTE);
    }
  };
  const now = (name: string, laterMs = 0) => state(name, data, h.clock.now() + laterMs);

  beforeEach(() => {
    h = createSyncHarness({ pageSize: 500 });
    data = [];
    for (let i = 0; i < 45; i += 1) h.publish(`s-${i}`);
  });

  it('SyncStale goes off an hour after the last success, however many runs failed since', async () => {
    await sync();
    fail(new Error('Broken.'));
    await h.clock.advance(40 * MINUTE);
    await sync();
    expect(now('SyncStaleCondition')).toBe('OK');
    expect(now('SyncStaleCondition', 21 * MINUTE)).toBe('ALARM');
  });

  it('SyncStale is quiet while runs find no marketplace, and goes off an hour after the last of them', async () => {
    await sync();
    goDown();
    for (let run = 0; run < 8; run += 1) {
      await h.clock.advance(15 * MINUTE);
      await sync();
      expect(now('SyncStaleCondition', 14 * MINUTE)).toBe('OK');
    }
    expect(now('SyncStaleCondition', 61 * MINUTE)).toBe('ALARM');
  });

  it('SyncStale goes off where nothing has ever been sent; what it tells is decided with SetUp', () => {
    expect(state('SyncStaleCondition', [], h.clock.now())).toBe('ALARM');
  });

  it('SyncStale goes off for runs that find no token, as for any other failure', async () => {
    await sync();
    fail(new TokenUnavailableError('Put one in.'));
    for (let run = 0; run < 4; run += 1) {
      await h.clock.advance(15 * MINUTE);
      await sync();
    }
    expect(now('SyncStaleCondition')).toBe('ALARM');
  });

  it('SetUp is OK from the first success on, for ever, and never anything else', async () => {
    fail(new TokenUnavailableError('Put one in.'));
    await sync();
    expect(now('SetUp')).toBe('as before');
    comeBack();
    await sync();
    expect(now('SetUp')).toBe('OK');
    expect(now('SetUp', 30 * 24 * 60 * MINUTE)).toBe('as before');
  });

  it('MarketplaceDown goes off once no run has succeeded for two intervals for want of a marketplace', async () => {
    await sync();
    goDown();
    for (let run = 0; run < 2; run += 1) {
      await h.clock.advance(15 * MINUTE);
      await sync();
    }
    expect(now('MarketplaceDown')).toBe('OK');
    expect(now('MarketplaceDown', 5 * MINUTE)).toBe('ALARM');
    comeBack();
    await h.clock.advance(15 * MINUTE);
    await sync();
    expect(now('MarketplaceDown')).toBe('OK');
  });

  it('MarketplaceDown is quiet for runs that fail otherwise, or find no token', async () => {
    for (const error of [new Error('Broken.'), new TokenUnavailableError('Put one in.')]) {
      await syncs(4, [0, 1, 2, 3], error);
      expect(now('MarketplaceDown')).toBe('OK');
    }
  });

  it('HighErrorRate goes off at two failures of twelve, not at one, and says nothing of a few runs', async () => {
    await syncs(12, [5]);
    expect(now('HighErrorRate')).toBe('OK');
    await syncs(12, [3, 8]);
    expect(now('HighErrorRate')).toBe('ALARM');
    data = [];
    await syncs(9, [0, 1, 2, 3]);
    expect(now('HighErrorRate')).toBe('OK');
  });

  it('HighErrorRate goes off where all runs fail, and counts neither outages nor runs without a token', async () => {
    await syncs(12, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(now('HighErrorRate')).toBe('ALARM');
    for (const error of [new MarketplaceUnavailableError('Away.'), new TokenUnavailableError('None.')]) {
      data = [];
      await syncs(14, [0, 1, 2, 3], error);
      expect(now('HighErrorRate')).toBe('OK');
    }
  });

  it('SyncSlow goes off when syncs took more than a minute in two of three hours', async () => {
    const { listSkills } = h.marketplace;
    h.marketplace.listSkills = async (...args) => {
      await h.clock.sleep(61_000);
      return listSkills(...args);
    };
    await sync();
    expect(now('SyncSlow')).toBe('OK');
    await h.clock.advance(60 * MINUTE);
    await sync();
    expect(now('SyncSlow')).toBe('ALARM');
  });

  it('CacheLow goes off below 1,000 skills and stays while each sync leaves so few', async () => {
    await sync();
    expect(now('CacheLow')).toBe('ALARM');
    expect(now('CacheLow', 39 * MINUTE)).toBe('ALARM');
    for (let i = 45; i < 1_000; i += 1) h.publish(`s-${i}`);
    await h.clock.advance(41 * MINUTE);
    await sync();
    expect(now('CacheLow')).toBe('OK');
  });

  it('MassRemovalRefused goes off once, for as long as each run is refused', async () => {
    await sync();
    expect(now('MassRemovalRefused')).toBe('OK');
    for (let i = 0; i < 20; i += 1) h.marketplace.skills.delete(`s-${i}`);
    for (let run = 0; run < 3; run += 1) {
      await h.clock.advance(15 * MINUTE);
      expect((await sync()).error?.code).toBe('mass_removal_refused');
      expect(now('MassRemovalRefused')).toBe('ALARM');
      expect(now('MassRemovalRefused', 15 * MINUTE)).toBe('ALARM');
    }
    expect(now('MassRemovalRefused', 41 * MINUTE)).toBe('OK');
  });
});
