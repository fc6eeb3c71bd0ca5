import { describe, expect, it } from 'vitest';
import { type FeedMeasurements, publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const QUIET: FeedMeasurements = {
  connected: true,
  disabled: false,
  reconnects: 0,
  conflictsDetected: 0,
};

function published(over: Partial<FeedMeasurements>) {
  const { metrics, lines } = createEmitter('realtime-feed');
  publishFeed(metrics, { ...QUIET, ...over });
  return lines.map(readLine);
}

describe('Function: publishFeed', () => {
  it.each([
    [{}, { FeedConnected: 1 }],
    [{ connected: false }, { FeedConnected: 0 }],
    [
      { connected: false, disabled: true },
      { FeedConnected: 0, FeedDisabled: 1 },
    ],
    [
      { reconnects: 2, conflictsDetected: 3 },
      { FeedConnected: 1, FeedReconnects: 2, ConflictsDetected: 3 },
    ],
  ])('says of a minute with %j what alarms read', (over, values) => {
    expect(published(over)).toEqual([{ dimensions: ['service'], values }]);
  });
});
