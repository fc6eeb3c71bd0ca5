import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';

describe('publishFeed', () => {
  afterEach(() => vi.restoreAllMocks());

  it('says a minute in one line of the embedded metric format', () => {
    const metrics = new Metrics({ serviceName: 'realtime-feed', namespace: 'AtomSync/atom-sync' });
    const lines: string[] = [];
    // Powertools has a console of its own on standard output, where the log driver listens.
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const latenciesMs = Array.from({ length: 99 }, (_, n) => n);
    publishFeed(metrics, {
      connected: true,
      disabled: false,
      reconnects: 2,
      messages: 300,
      rejected: 1,
      latenciesMs,
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.join())).toMatchObject({
      service: 'realtime-feed',
      FeedConnected: 1,
      FeedReconnects: 2,
      FeedMessages: 300,
      FeedRejected: 1,
      FeedLatency: latenciesMs,
      _aws: { CloudWatchMetrics: [{ Namespace: 'AtomSync/atom-sync', Dimensions: [['service']] }] },
    });
  });
});
