import { describe, expect, it } from 'vitest';
import { MarketplaceUnavailableError } from '#core/errors.ts';
import type { SkillPage } from '#core/marketplace/marketplace.ts';
import { MAX_INVOCATIONS, MAX_RUN_MS } from '#core/runs/end-run.ts';
import type { Run } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { createSyncHarness } from './sync-harness.ts';

const INVOCATION_MS = 300_000;
const PAGE_SIZE = 10;

type Harness = ReturnType<typeof createSyncHarness>;
type GetPage = (
  page: number,
  signal: AbortSignal | undefined,
) => Promise<Omit<SkillPage, 'page' | 'requestedAt'>>;

/** A sync of a marketplace whose pages come from a function. */
function syncOf(getPage: (harness: Harness) => GetPage): Harness {
  const harness = createSyncHarness({ pageSize: PAGE_SIZE });
  const get = getPage(harness);
  harness.marketplace.listSkills = async (page, _size, signal) => {
    const requestedAt = harness.clock.now();
    return { page, requestedAt, ...(await get(page, signal)) };
  };
  return harness;
}

/** One run, over as many invocations as it calls itself. */
async function runToItsEnd(harness: Harness): Promise<Run> {
  const runId = newRunId(harness.clock.now(), Math.random);
  for (;;) {
    const end = harness.clock.now() + INVOCATION_MS;
    const run = await harness.sync({ runId, remainingMs: () => end - harness.clock.now() });
    if (run.status !== 'interrupted') return run;
    expect(harness.wentOn.at(-1)).toBe(runId);
  }
}

const skillsOf = (page: number) =>
  Array.from({ length: PAGE_SIZE }, (_, n) => ({ skill_id: `s-${page}-${n}`, name: `Skill ${page} ${n}` }));

describe('A skill sync over more than one invocation', () => {
  it('ends although the listing never does: each page is full, and new', async () => {
    const harness = syncOf(({ clock }) => async (page, signal) => {
      await clock.sleep(6_000, signal);
      return {
        records: skillsOf(page),
        pageSize: PAGE_SIZE,
        total: (page + 100) * PAGE_SIZE,
        totalPages: page + 100,
      };
    });
    const run = await runToItsEnd(harness);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'run_too_long' } });
    expect(run.invocations).toBeLessThanOrEqual(MAX_INVOCATIONS);
    expect(run.endedAt! - run.startedAt).toBeLessThan(MAX_RUN_MS + INVOCATION_MS);
    // What it saw is in the cache; nothing was removed.
    expect(harness.cached().size).toBeGreaterThan(100);
  });

  it('ends when a page hangs, at the page before, and goes on from there next time', async () => {
    let hangs = true;
    const harness = syncOf(({ clock }) => async (page, signal) => {
      await clock.sleep(500, signal);
      if (hangs && page === 4) await clock.sleep(10 * INVOCATION_MS, signal);
      const records = page <= 6 ? skillsOf(page) : [];
      return { records, pageSize: PAGE_SIZE, total: 60, totalPages: 6 };
    });
    const run = await runToItsEnd(harness);
    expect(run).toMatchObject({ status: 'failed', invocations: 2, error: { code: 'no_progress' } });
    expect(run.error?.message).toContain('Page 4 of the listing was next.');
    expect(harness.cached().size).toBe(30);
    hangs = false;
    expect(await runToItsEnd(harness)).toMatchObject({ status: 'success', continues: run.runId });
    expect(harness.cached().size).toBe(60);
  });

  it('gets there when each page takes a third of an invocation', async () => {
    const harness = syncOf(({ clock }) => {
      let busy: Promise<unknown> = Promise.resolve();
      return async (page, signal) => {
        busy = busy.catch(() => undefined).then(() => clock.sleep(100_000, signal));
        await busy;
        return { records: skillsOf(page), pageSize: PAGE_SIZE, total: 60, totalPages: 6 };
      };
    });
    const run = await runToItsEnd(harness);
    expect(run).toMatchObject({ status: 'success', counts: { added: 60 } });
    expect(run.invocations).toBeGreaterThan(1);
  });

  it('ends at once when the marketplace asks to wait, whatever page it is asked for', async () => {
    for (const refused of [1, 3]) {
      const harness = syncOf(() => async (page) => {
        if (page >= refused) {
          throw new MarketplaceUnavailableError('it answered 503', { status: 503, retryAfterMs: 300_000 });
        }
        return { records: skillsOf(page), pageSize: PAGE_SIZE, total: 60, totalPages: 6 };
      });
      const run = await runToItsEnd(harness);
      expect(run).toMatchObject({
        status: 'failed',
        invocations: 1,
        error: { code: 'marketplace_unavailable' },
      });
      expect(harness.cached().size).toBe((refused - 1) * PAGE_SIZE);
      const { notBefore } = await harness.stores.jobs.state('skill-sync-atom-saas');
      expect(notBefore).toBe(run.endedAt! + 300_000);
    }
  });
});
