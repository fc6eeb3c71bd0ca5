import { beforeEach, describe, expect, it } from 'vitest';
import { MarketplaceRefusedError } from '#core/errors.ts';
import type { SkillPage } from '#core/marketplace/marketplace.ts';
import { createSyncHarness } from './sync-harness.ts';

/** How a server pages, and what it says about it. */
type Server = {
  /** Rows of the whole listing; default: every skill once. */
  readonly rows?: (ids: readonly string[]) => readonly string[];
  /** Rows a page; default: what is asked for. */
  readonly gives?: number;
  /** Default: what it gives. */
  readonly saysPageSize?: 'asked' | 'given';
  readonly saysTotal?: (rows: number) => number;
  readonly saysPages?: (rows: number, asked: number, given: number) => number;
  readonly ignoresPage?: boolean;
  /** What is answered behind the last page; default: no rows. */
  readonly behindTheEnd?: 'empty' | 'refused' | 'last page';
};

const CLAMPED: Server = { gives: 30, saysPageSize: 'asked' };

describe('Function: syncSkills, whatever the server’s pages are like', () => {
  let h: ReturnType<typeof createSyncHarness>;
  beforeEach(() => {
    h = createSyncHarness({ pageSize: 100 });
    for (let i = 0; i < 250; i += 1) h.publish(`s-${i}`);
  });

  function serve(server: Server, using = h): void {
    const { marketplace, clock } = using;
    marketplace.listSkills = async (page, asked, signal): Promise<SkillPage> => {
      const requestedAt = clock.now();
      marketplace.pagesAsked.push(page);
      await clock.sleep(10, signal);
      marketplace.beforePage(page);
      return {
        ...answerOf(server, marketplace.skills, page, asked),
        requestedAt,
      };
    };
  }

  const complete = async () => {
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'success', counts: { skills_synced: 250, added: 250 } });
    expect(h.cached()).toEqual(h.wanted());
    h.marketplace.pagesAsked.length = 0;
    h.marketplace.skills.delete('s-7');
    expect(await h.sync()).toMatchObject({ status: 'success', counts: { removed: 1, unchanged: 249 } });
    expect(h.cached()).toEqual(h.wanted());
  };

  describe('a page size that was clamped', () => {
    const pages: readonly (readonly [string, Server['saysPages']])[] = [
      ['by what was asked for', (rows, asked) => Math.ceil(rows / asked)],
      ['by what it gives', (rows, _asked, given) => Math.ceil(rows / given)],
      ['as one', () => 1],
      ['as none', () => 0],
      ['as too many', () => 1_000],
    ];
    for (const [what, saysPages] of pages) {
      it.each([
        [50, 'asked'],
        [50, 'given'],
        [7, 'asked'],
        [7, 'given'],
        [99, 'asked'],
      ] as const)(
        `is told by the rows: %i, page_size as %s, total_pages ${what}`,
        async (gives, saysPageSize) => {
          serve({ gives, saysPageSize, saysPages });
          await complete();
        },
      );
    }

    it.each([['refused'], ['last page']] as const)(
      'comes to its end, behind which is: %s',
      async (behindTheEnd) => {
        serve({ ...CLAMPED, behindTheEnd });
        await complete();
      },
    );

    it('keeps its cursor, and goes on there', async () => {
      serve({ gives: 10, saysPageSize: 'asked' });
      const end = h.clock.now() + 25;
      const first = await h.sync({ remainingMs: () => (h.clock.now() >= end ? 5_000 : 100_000) });
      expect(first.status).toBe('interrupted');
      h.marketplace.pagesAsked.length = 0;
      expect(await h.sync()).toMatchObject({ status: 'success', counts: { skills_synced: 250 } });
      expect(Math.min(...h.marketplace.pagesAsked)).toBeGreaterThan(1);
      expect(h.cached()).toEqual(h.wanted());
    });

    it('asks for no more pages than there are', async () => {
      serve({ gives: 50, saysPageSize: 'asked' });
      await h.sync();
      expect(h.marketplace.pagesAsked.toSorted()).toEqual([1, 2, 3, 4, 5]);
    });
  });

  describe('more rows than were asked for', () => {
    it.each([[125], [250], [1_000]])('are taken: %i', async (gives) => {
      serve({ gives, saysPageSize: 'asked' });
      await complete();
    });

    it('come to an end where every page is the whole listing', async () => {
      h = createSyncHarness({ pageSize: 10 });
      for (let i = 0; i < 250; i += 1) h.publish(`s-${i}`);
      serve({ gives: 250, saysPageSize: 'asked', ignoresPage: true });
      await complete();
      expect(h.marketplace.pagesAsked).toEqual([1]);
    });
  });

  it('comes to an end where every page is the first one, and claims nothing', async () => {
    serve({ gives: 50, ignoresPage: true });
    const run = await h.sync();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'listing_incomplete' } });
    expect(h.marketplace.pagesAsked.length).toBeLessThan(100);
  });

  describe('a total that is never reached', () => {
    it.each([
      ['it counts one that is not listed', { saysTotal: (rows: number) => rows + 1 }],
      ['one skill is listed twice', { rows: (ids) => [...ids.slice(0, 120), ids[3], ...ids.slice(120)] }],
      ['one is listed twice on one page', { rows: (ids) => [ids[0], ...ids] }],
      ['ten are listed twice', { rows: (ids) => [...ids, ...ids.slice(0, 10)] }],
      ['it counts one in ten that is not listed', { saysTotal: (rows: number) => Math.ceil(rows * 1.1) }],
      ['it counts one twice, and pages are clamped', { ...CLAMPED, saysTotal: (rows) => rows + 1 }],
      [
        'what is behind the end is refused',
        { ...CLAMPED, saysTotal: (rows) => rows + 21, behindTheEnd: 'refused' },
      ],
    ] as readonly (readonly [string, Server])[])(
      'is found out by two looks that agree: %s',
      async (_what, server) => {
        serve(server);
        await complete();
        expect(h.warnings.filter(({ message }) => message.includes('two looks agree'))).toHaveLength(2);
        expect(h.cached().has('s-7')).toBe(false);
      },
    );

    it('fails while the looks differ', async () => {
      serve({ saysTotal: (rows) => rows + 1 });
      h.marketplace.beforePage = (page) => {
        if (page !== 2) return;
        const [id, skill] = [...h.marketplace.skills][0]!;
        h.marketplace.skills.delete(id);
        h.marketplace.skills.set(id, skill);
      };
      expect(await h.sync()).toMatchObject({ status: 'failed', error: { code: 'listing_incomplete' } });
    });

    it('fails where more than a fifth of it is missing, and removes nothing', async () => {
      await h.sync();
      h.marketplace.skills.delete('s-7');
      serve({ saysTotal: (rows) => Math.ceil(rows / 0.79) });
      expect(await h.sync()).toMatchObject({ status: 'failed', error: { code: 'listing_incomplete' } });
      expect(h.cached().has('s-7')).toBe(true);
    });

    it('fails where a page in the middle has no rows, and brings those behind it', async () => {
      h = createSyncHarness({ pageSize: 10 });
      for (let i = 0; i < 250; i += 1) h.publish(`s-${i}`);
      h.marketplace.answer = (page, answer) => (page === 20 ? { ...answer, records: [] } : answer);
      expect(await h.sync()).toMatchObject({ status: 'failed', error: { code: 'listing_incomplete' } });
      expect(h.cached().size).toBe(240);
    });

    it('fails where one page is another page', async () => {
      h = createSyncHarness({ pageSize: 10 });
      for (let i = 0; i < 250; i += 1) h.publish(`s-${i}`);
      h.marketplace.answer = (page, answer) =>
        page === 20 ? { ...answer, records: [...h.marketplace.skills.values()].slice(0, 10) } : answer;
      expect(await h.sync()).toMatchObject({ status: 'failed', error: { code: 'listing_incomplete' } });
    });

    it('is looked at twice in all, however often a run is interrupted', async () => {
      h = createSyncHarness({ pageSize: 10 });
      for (let i = 0; i < 250; i += 1) h.publish(`s-${i}`);
      serve({ saysTotal: (rows) => rows + 1 });
      const runId = '01KHWZ9QJ0000000000000000D';
      // 25 pages, eight at once: the first look takes 50 ms, the second is stopped in its middle.
      const end = h.clock.now() + 75;
      const first = await h.sync({ runId, remainingMs: () => (h.clock.now() >= end ? 5_000 : 100_000) });
      expect(first.status).toBe('interrupted');
      expect(h.marketplace.pagesAsked.length).toBeGreaterThan(30);
      h.marketplace.pagesAsked.length = 0;
      const run = await h.sync({ runId });
      expect(run).toMatchObject({ status: 'success', counts: { skills_synced: 250, added: 250 } });
      expect(h.marketplace.pagesAsked.length).toBeLessThan(28);
      expect((await h.stores.jobs.state('skill-sync-atom-saas')).listing).toBeUndefined();
    });
  });
});

function answerOf(
  server: Server,
  skills: ReadonlyMap<string, unknown>,
  page: number,
  asked: number,
): Omit<SkillPage, 'requestedAt'> {
  const { gives = asked, saysPageSize = 'given', behindTheEnd = 'empty' } = server;
  const ids = [...skills.keys()];
  const rows = server.rows?.(ids) ?? ids;
  const last = Math.max(1, Math.ceil(rows.length / gives));
  if (page > last && behindTheEnd === 'refused') throw new MarketplaceRefusedError('no such page', 404);
  const shown = server.ignoresPage ? 1 : behindTheEnd === 'last page' ? Math.min(page, last) : page;
  const pageSize = saysPageSize === 'asked' ? asked : gives;
  const total = server.saysTotal?.(rows.length) ?? rows.length;
  return {
    records: rows.slice((shown - 1) * gives, shown * gives).map((id) => skills.get(id)),
    page,
    pageSize,
    total,
    totalPages: server.saysPages?.(rows.length, asked, gives) ?? Math.ceil(total / pageSize),
  };
}
