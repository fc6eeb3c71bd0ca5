import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCounter } from '#adapters/cloudwatch/counter.ts';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { publishWaiting } from '#adapters/cloudwatch/rating-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { MarketplaceUnavailableError } from '#core/errors.ts';
import { AlarmedEvent } from '#functions/admin-api/ports.ts';
import { JOBS_OF } from '#lib/constructs/monitoring/custom-metrics.ts';
import { createSyncHarness } from '#test/functions/skill-sync/sync-harness.ts';
import { type MetricAlarm, metricsOf } from './alarms.ts';
import type { Datum } from './emf.ts';
import { FIGURES, metricsOfService, ROTATION_ENVIRONMENT, RUN } from './emitters.ts';
import { alarms, MINUTE, provoked, sent, state } from './provoke.ts';
import { provokeTicketAlarms } from './provoke-ticket-alarms.ts';

const SYNC = 'skill-sync-atom-saas';

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
});

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
  const goDown = () => {
    h.marketplace.answer = () => {
      throw new MarketplaceUnavailableError('It is away.');
    };
  };
  const comeBack = () => {
    h.marketplace.answer = (_page, answer) => answer;
  };
  /** So many runs at their interval; those whose index is in `failing` find no marketplace. */
  const syncs = async (count: number, failing: readonly number[]) => {
    for (let index = 0; index < count; index += 1) {
      if (failing.includes(index)) goDown();
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
    goDown();
    await h.clock.advance(40 * MINUTE);
    await sync();
    expect(now('SyncStaleCondition')).toBe('OK');
    expect(now('SyncStaleCondition', 21 * MINUTE)).toBe('ALARM');
  });

  it('SyncStale goes off where nothing has ever been sent', () => {
    expect(state('SyncStaleCondition', [], h.clock.now())).toBe('ALARM');
  });

  it('SyncOverdue goes off after two intervals', async () => {
    await sync();
    expect(now('SyncOverdue', 30 * MINUTE)).toBe('OK');
    expect(now('SyncOverdue', 36 * MINUTE)).toBe('ALARM');
  });

  it('MarketplaceUnavailable goes off with the first run that fails so, until an interval passes without', async () => {
    await sync();
    expect(now('MarketplaceUnavailable')).toBe('OK');
    goDown();
    await sync();
    expect(now('MarketplaceUnavailable')).toBe('ALARM');
    expect(now('MarketplaceUnavailable', 24 * MINUTE)).toBe('ALARM');
    expect(now('MarketplaceUnavailable', 26 * MINUTE)).toBe('OK');
  });

  it('HighErrorRate goes off at two failures of twelve, not at one, and says nothing of a few runs', async () => {
    await syncs(12, [5]);
    expect(now('HighErrorRateCondition')).toBe('OK');
    await syncs(12, [3, 8]);
    expect(now('HighErrorRateCondition')).toBe('ALARM');
    data = [];
    await syncs(9, [0, 1, 2, 3]);
    expect(now('HighErrorRateCondition')).toBe('OK');
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

  it('CacheLow goes off below 1,000 skills and stays as it is until the next sync', async () => {
    await sync();
    expect(now('CacheLow')).toBe('ALARM');
    expect(now('CacheLow', 10 * MINUTE)).toBe('as before');
    for (let i = 45; i < 1_000; i += 1) h.publish(`s-${i}`);
    await sync();
    await h.clock.advance(5 * MINUTE);
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

describe('What other functions send, and what the alarms make of it', () => {
  const at = RUN.startedAt;
  const run = (
    counts: Record<string, number>,
    job = SYNC,
    service: 'skill-sync' | 'rating-sync' = 'skill-sync',
  ) => sent(at, () => publishRun(metricsOfService(service), { ...RUN, job, counts }));
  const ratingJob = JOBS_OF['rating-sync'][0];
  const waiting = (failed: number) =>
    sent(at, () => publishWaiting(metricsOfService('rating-sync'), ratingJob, { pending: 9, failed }));

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

  it('RatingSyncStale goes off after 75 minutes, and a skill sync does not help', async () => {
    const data = [...(await run({}, ratingJob, 'rating-sync')), ...(await run({}))];
    expect(state('RatingSyncStaleCondition', data, at + 74 * MINUTE)).toBe('OK');
    expect(state('RatingSyncStaleCondition', data, at + 76 * MINUTE)).toBe('ALARM');
  });

  it('FailedUploads goes off when a rating sync counts one', async () => {
    expect(state('FailedUploads', await waiting(0), at)).toBe('OK');
    expect(state('FailedUploads', await waiting(1), at)).toBe('ALARM');
  });

  it('WebSocketDisconnected goes off after ten minutes without a connection', async () => {
    const minute = (before: number, connected: boolean) =>
      sent(at - before * MINUTE, () =>
        publishFeed(metricsOfService('realtime-feed'), { ...FIGURES, connected, reconnects: 0 }),
      );
    const last: Datum[] = [];
    for (let before = 9; before >= 0; before -= 1) last.push(...(await minute(before, false)));
    expect(state('WebSocketDisconnectedCondition', last, at)).toBe('ALARM');
    expect(state('WebSocketDisconnectedCondition', [...last, ...(await minute(9, true))], at)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', [...last, ...(await minute(10, true))], at)).toBe('ALARM');
  });

  it('WebSocketDisconnected stays quiet while an operator has the feed switched off', async () => {
    const off = { ...FIGURES, connected: false, disabled: true };
    const data = await sent(at, () => publishFeed(metricsOfService('realtime-feed'), off));
    expect(state('WebSocketDisconnectedCondition', data, at)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', data, at + 9 * MINUTE)).toBe('OK');
    expect(state('WebSocketDisconnectedCondition', data, at + 10 * MINUTE)).toBe('ALARM');
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
    const others = await sent(at, () => [count(AlarmedEvent.denied), count(AlarmedEvent.failed)]);
    expect(state('AuditRecordsLost', others, at)).toBe('OK');
    expect(state('AuditRecordsLost', await sent(at, () => count(AlarmedEvent.auditLost)), at)).toBe('ALARM');
  });
});

describe('What the functions of the tickets send, and what the alarms make of it', provokeTicketAlarms);

describe('What AWS sends', () => {
  const at = RUN.startedAt;

  /** A value of one of the alarm's metrics, so many minutes before. */
  const value = (alarm: MetricAlarm, amount: number, minutesBefore = 0, metric = 0): Datum => ({
    ...metricsOf(alarm)[metric]!,
    value: amount,
    unit: 'None',
    at: at - minutesBefore * MINUTE,
  });

  const cases: readonly [
    string,
    quiet: (alarm: MetricAlarm) => Datum[],
    loud: (alarm: MetricAlarm) => Datum[],
  ][] = [
    ['DeadLetters', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1)]],
    ['UploadQueueAge', (alarm) => [value(alarm, 5_400)], (alarm) => [value(alarm, 5_401)]],
    ['ScheduleDeadLetters', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1)]],
    ['WebhookDeadLetters', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1)]],
    [
      'FunctionErrors',
      (alarm) => [value(alarm, 0), value(alarm, 0, 0, 5)],
      (alarm) => [value(alarm, 1, 0, 5)],
    ],
    ['Throttles', (alarm) => [value(alarm, 0)], (alarm) => [value(alarm, 1, 0, 3)]],
    ['TableThrottles', () => [], (alarm) => [value(alarm, 1, 0, 7)]],
  ];

  it.each(cases)('%s goes off when it should, and only then', (name, quiet, loud) => {
    const alarm = alarms.get(name)!;
    expect(state(name, quiet(alarm), at)).toBe('OK');
    expect(state(name, loud(alarm), at)).toBe('ALARM');
  });

  it('FunctionErrors, Throttles and dead letters stay quiet where nothing is sent', () => {
    for (const name of [
      'FunctionErrors',
      'Throttles',
      'ScheduleDeadLetters',
      'DeadLetters',
      'RotationFailed',
    ]) {
      expect(state(name, [], at), name).toBe('OK');
    }
  });
});

describe('All alarms', () => {
  it('were in alarm once in this file', () => {
    expect([...provoked].toSorted()).toEqual([...alarms.keys()].toSorted());
  });
});
