import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { createCounter, createHighUseMetric } from '#adapters/cloudwatch/counter.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { publishFailedUploads } from '#adapters/cloudwatch/rating-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { publishTokenEnd } from '#adapters/cloudwatch/token-metrics.ts';
import { createThrottleMetric } from '#adapters/dynamodb/table/count-throttles.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { AlarmedEvent } from '#functions/admin-api/ports.ts';
import type { Datum } from './emf.ts';
import { FIGURES, failedRun, metricsOfService, NAMESPACE, ROTATION_ENVIRONMENT, RUN } from './emitters.ts';
import { MINUTE, sent, state } from './provoke.ts';

/** The cases of the alarms on what the other functions send. */
describe('What other functions send, and what the alarms make of it', () => {
  const at = RUN.startedAt;
  const run = (counts: Record<string, number>) =>
    sent(at, () => publishRun(metricsOfService('skill-sync'), { ...RUN, counts }));
  const waiting = (failed: number) =>
    sent(at, () => publishFailedUploads(metricsOfService('rating-sync'), failed));
  /** A run of the rating sync so many minutes before. */
  const ratings = (before: number, over: Partial<Run> = {}) =>
    sent(at - before * MINUTE, () =>
      publishRun(metricsOfService('rating-sync'), { ...RUN, job: JobId.ratingSync, ...over }),
    );

  /** Skill syncs that succeeded so many minutes before. */
  const skills = async (...before: number[]) => {
    const data: Datum[] = [];
    for (const minutes of before) {
      const act = () => publishRun(metricsOfService('skill-sync'), RUN);
      data.push(...(await sent(at - minutes * MINUTE, act)));
    }
    return data;
  };

  it('ConflictHigh goes off at the sixth conflict of an hour', async () => {
    const [three, two, one] = [3, 2, 1].map((conflicts_detected) => run({ conflicts_detected }));
    const five = [...(await three!), ...(await two!)];
    expect(state('ConflictHigh', five, at)).toBe('OK');
    expect(state('ConflictHigh', [...five, ...(await one!)], at)).toBe('ALARM');
  });

  it('ConflictHigh counts those that the feed found as well', async () => {
    const minute = { ...FIGURES, conflictsDetected: 3 };
    const feed = await sent(at, () => publishFeed(metricsOfService('realtime-feed'), minute));
    expect(state('ConflictHigh', [...(await run({ conflicts_detected: 2 })), ...feed], at)).toBe('OK');
    expect(state('ConflictHigh', [...(await run({ conflicts_detected: 3 })), ...feed], at)).toBe('ALARM');
  });

  it('RatingSyncStale goes off after 75 minutes in which skill syncs succeeded and no rating sync did', async () => {
    const data = await skills(60, 45, 30, 15, 0);
    expect(state('RatingSyncStale', [...data, ...(await ratings(74))], at)).toBe('OK');
    expect(state('RatingSyncStale', [...data, ...(await ratings(76))], at)).toBe('ALARM');
    const failing = await ratings(5, failedRun('queue_unavailable'));
    expect(state('RatingSyncStale', [...data, ...failing], at)).toBe('ALARM');
  });

  it('RatingSyncStale is quiet where skill syncs do not succeed either, or have only just begun to', async () => {
    expect(state('RatingSyncStale', [], at)).toBe('OK');
    expect(state('RatingSyncStale', await ratings(76), at)).toBe('OK');
    expect(state('RatingSyncStale', await skills(30, 15, 0), at)).toBe('OK');
    expect(state('RatingSyncStale', await skills(74, 60), at)).toBe('OK');
  });

  it('FailedUploads goes off when a rating sync counts one', async () => {
    expect(state('FailedUploads', await waiting(0), at)).toBe('OK');
    expect(state('FailedUploads', await waiting(1), at)).toBe('ALARM');
    // Until two rating syncs have counted none.
    expect(state('FailedUploads', await waiting(1), at + 69 * MINUTE)).toBe('ALARM');
    expect(state('FailedUploads', await waiting(1), at + 70 * MINUTE)).toBe('OK');
  });

  it('WebSocketDisconnected goes off after twenty minutes without a connection', async () => {
    const minute = (before: number, connected: boolean) =>
      sent(at - before * MINUTE, () =>
        publishFeed(metricsOfService('realtime-feed'), { ...FIGURES, connected, reconnects: 0 }),
      );
    const last: Datum[] = [];
    for (let before = 19; before >= 0; before -= 1) last.push(...(await minute(before, false)));
    expect(state('WebSocketDisconnectedCondition', last, at)).toBe('ALARM');
    expect(state('WebSocketDisconnectedCondition', [...last, ...(await minute(19, true))], at)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', [...last, ...(await minute(20, true))], at)).toBe('ALARM');
  });

  it('WebSocketDisconnected stays quiet while the feed is switched off, or has no token yet', async () => {
    const off = { ...FIGURES, connected: false, disabled: true };
    const data = await sent(at, () => publishFeed(metricsOfService('realtime-feed'), off));
    expect(state('WebSocketDisconnectedCondition', data, at)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', data, at + 19 * MINUTE)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', data, at + 20 * MINUTE)).toBe('ALARM');
  });

  it('WebSocketDisconnected stays quiet where a sync finds no marketplace', async () => {
    const data = await sent(at, () =>
      publishRun(metricsOfService('skill-sync'), failedRun('marketplace_unavailable')),
    );
    expect(state('WebSocketDisconnectedCondition', data, at + 19 * MINUTE)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', data, at + 20 * MINUTE)).toBe('ALARM');
  });

  it('WebSocketDisconnected goes off when the task is gone and sends nothing at all', () => {
    expect(state('WebSocketDisconnectedCondition', [], at)).toBe('ALARM');
  });

  it('FeedFlapping goes off at the sixth reconnect of an hour', async () => {
    const feed = (reconnects: number) =>
      sent(at, () => publishFeed(metricsOfService('realtime-feed'), { ...FIGURES, reconnects }));
    const five = [...(await feed(2)), ...(await feed(3))];
    expect(state('FeedFlapping', five, at)).toBe('OK');
    expect(state('FeedFlapping', [...five, ...(await feed(1))], at)).toBe('ALARM');
  });

  it('RotationFailed goes off for a day when the function fails at a step', async () => {
    for (const [name, text] of Object.entries(ROTATION_ENVIRONMENT)) vi.stubEnv(name, text);
    const { handler } = await import('#functions/token-rotation/handler.ts');
    const data = await sent(at, () =>
      expect(handler({ Step: 'createSecret' }, {} as Context)).rejects.toThrow('no rotation event'),
    );
    vi.unstubAllEnvs();
    expect(state('RotationFailed', data, at)).toBe('ALARM');
    expect(state('RotationFailed', data, at + 23 * 60 * MINUTE)).toBe('ALARM');
    expect(state('RotationFailed', data, at + 24 * 60 * MINUTE)).toBe('OK');
  });

  it('AuditRecordsLost goes off at the first, and no other event sets it off', async () => {
    const count = createCounter(metricsOfService('admin-api'));
    const other = await sent(at, () => count(AlarmedEvent.unhealthy));
    expect(state('AuditRecordsLost', other, at)).toBe('OK');
    expect(state('AuditRecordsLost', await sent(at, () => count(AlarmedEvent.auditLost)), at)).toBe('ALARM');
  });

  it('CleanupFailing goes off for a day with a cleanup that fails', async () => {
    const cleanup = (over: Partial<Run>) =>
      sent(at, () => publishRun(metricsOfService('cache-cleanup'), { ...over, ...JOB } as Run));
    const JOB = { job: JobId.cacheCleanup };
    expect(state('CleanupFailing', await cleanup(RUN), at)).toBe('OK');
    const failed = await cleanup(failedRun('storage_unavailable'));
    expect(state('CleanupFailing', failed, at)).toBe('ALARM');
    expect(state('CleanupFailing', failed, at + 23 * 60 * MINUTE)).toBe('ALARM');
    expect(state('CleanupFailing', failed, at + 24 * 60 * MINUTE)).toBe('OK');
  });

  it('TokenExpiring goes off with the first sync whose token ends within a week, until syncs see another', async () => {
    const days = (left: number) =>
      sent(at, () =>
        publishTokenEnd(metricsOfService('skill-sync'), { endsAt: at + left * 24 * 60 * MINUTE }, at),
      );
    expect(state('TokenExpiring', await days(7), at)).toBe('OK');
    for (const left of [6.9, 0, -3]) {
      expect(state('TokenExpiring', await days(left), at)).toBe('ALARM');
      expect(state('TokenExpiring', await days(left), at + 39 * MINUTE)).toBe('ALARM');
      expect(state('TokenExpiring', await days(left), at + 40 * MINUTE)).toBe('OK');
    }
  });

  it('RateLimitHigh goes off when most of the limit is used for most of half an hour', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', NAMESPACE);
    const use = createHighUseMetric();
    const high = (before: number) => sent(at - before * MINUTE, () => use(80));
    // A catalogue that needs two minutes of the limit at each sync.
    const syncs = [...(await high(21)), ...(await high(20)), ...(await high(6)), ...(await high(5))];
    expect(state('RateLimitHigh', syncs, at)).toBe('OK');
    expect(state('RateLimitHigh', [...syncs, ...(await high(12)), ...(await high(1))], at)).toBe('ALARM');
    vi.unstubAllEnvs();
  });

  it('TableThrottles goes off with the first call that was refused, in whatever process', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', NAMESPACE);
    const data = await sent(at, createThrottleMetric());
    vi.unstubAllEnvs();
    expect(state('TableThrottles', [], at)).toBe('OK');
    expect(state('TableThrottles', data, at)).toBe('ALARM');
    expect(state('TableThrottles', data, at + 5 * MINUTE)).toBe('OK');
  });
});
