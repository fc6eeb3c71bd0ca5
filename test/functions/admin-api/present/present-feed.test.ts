import { describe, expect, it } from 'vitest';
import type { FeedState } from '#core/feed/feed-state.ts';
import { presentFeed } from '#functions/admin-api/present/present-feed.ts';
import { aFeedReport, NOW } from '#test/functions/admin-api/example-records.ts';

const DEPLOYED = { deployed: true, started: true };
const feedOf = (over: Partial<FeedState>): FeedState => ({
  ...{ report: undefined, reportedAt: undefined, leaseUntil: undefined, control: { enabled: true } },
  ...over,
});
const held = { report: aFeedReport(), reportedAt: NOW, leaseUntil: NOW + 1 };

describe('Function: presentFeed', () => {
  it.each([
    ['as its task says, while that holds the feed', held, DEPLOYED, 'open'],
    ['not running once the lease is over', { ...held, leaseUntil: NOW }, DEPLOYED, 'not_running'],
    ['not running before a first report', { leaseUntil: NOW + 1 }, DEPLOYED, 'not_running'],
    ['not deployed, whatever is stored', held, { deployed: false, started: true }, 'not_deployed'],
  ])('is %s', (_what, feed, settings, status) => {
    expect(presentFeed(feedOf(feed), settings, NOW).status).toBe(status);
  });

  it('says since when changes are gathered and how many wait, while its task is there', () => {
    const report = aFeedReport({ gathering: { since: NOW - 60_000, held: 7 } });
    const gathering = (leaseUntil: number) =>
      presentFeed(feedOf({ ...held, report, leaseUntil }), DEPLOYED, NOW).gathering;

    expect(gathering(NOW + 1)).toEqual({ since: '2026-02-19T10:29:00.000Z', held: 7 });
    expect(gathering(NOW)).toBeNull();
  });
});
