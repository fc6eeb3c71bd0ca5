import { describe, expect, it } from 'vitest';
import { type FeedMeasurements, logFeed, publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const QUIET: FeedMeasurements = {
  connected: true,
  disabled: false,
  reconnects: 0,
  messages: 0,
  rejected: 0,
  conflictsDetected: 0,
  conflictsResolved: 0,
  latenciesMs: [],
};

function published(over: Partial<FeedMeasurements>) {
  const { metrics, lines } = createEmitter('realtime-feed');
  publishFeed(metrics, { ...QUIET, ...over });
  return lines.map(readLine);
}

function logged(over: Partial<FeedMeasurements>) {
  const lines: unknown[] = [];
  const info = (message: string, ...facts: object[]) => void lines.push([message, ...facts]);
  logFeed({ debug() {}, info, warn() {}, error() {} }, { ...QUIET, ...over });
  return lines;
}

describe('Function: publishFeed', () => {
  it.each([
    [{}, { FeedConnected: 1 }],
    [{ connected: false }, { FeedConnected: 0 }],
    [
      { connected: false, disabled: true },
      { FeedConnected: 0, FeedDisabled: 1 },
    ],
    [{ messages: 300, rejected: 1, conflictsResolved: 2, latenciesMs: [5] }, { FeedConnected: 1 }],
    [
      { reconnects: 2, conflictsDetected: 3 },
      { FeedConnected: 1, FeedReconnects: 2, ConflictsDetected: 3 },
    ],
  ])('says of a minute with %j what alarms read', (over, values) => {
    expect(published(over)).toEqual([{ dimensions: ['service'], values }]);
  });
});

describe('Function: logFeed', () => {
  it('logs a minute in which something came, with its latencies', () => {
    const latenciesMs = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect(logged({ messages: 300, rejected: 1, conflictsDetected: 3, latenciesMs })).toEqual([
      [
        'a minute of the feed',
        {
          connected: true,
          reconnects: 0,
          messages: 300,
          rejected: 1,
          conflicts_detected: 3,
          conflicts_resolved: 0,
          latency_p50_ms: 50,
          latency_p99_ms: 99,
        },
      ],
    ]);
  });

  it('logs nothing of a quiet minute', () => {
    expect(logged({ connected: false })).toEqual([]);
  });

  it('knows no latency where nothing was stored', () => {
    expect(logged({ reconnects: 1 })).toMatchObject([
      ['a minute of the feed', { reconnects: 1, latency_p50_ms: undefined, latency_p99_ms: undefined }],
    ]);
  });
});
