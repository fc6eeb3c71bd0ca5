import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { publishFeed } from '#adapters/cloudwatch/feed-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { errorCode } from '#core/errors.ts';
import { FeedStatus } from '#core/feed/feed-state.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { IDLE_SESSION, nextSession } from '#functions/realtime-feed/session-state.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import type { Datum } from './emf.ts';
import { failedRun, metricsOfService, RUN } from './emitters.ts';
import { MINUTE, sent } from './provoke.ts';
import { type Arrival, type Mail, simulate } from './simulate.ts';
import { watchedStack } from './watched-stack.ts';

const START = RUN.startedAt;
const HOUR = 60;
const { template } = watchedStack();

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
});

/** What becomes of a run, by the error that it fails with. */
type Outcome =
  | 'success'
  | 'marketplace_unavailable'
  | 'token_unavailable'
  | 'secret_unavailable'
  | 'marketplace_auth';

const runs = async (
  job: typeof JobId.skillSync | typeof JobId.ratingSync,
  minutes: readonly number[],
  outcome: Outcome,
) => {
  const service = job === JobId.skillSync ? 'skill-sync' : 'rating-sync';
  const run: Run = outcome === 'success' ? { ...RUN, job } : failedRun(outcome, job);
  const data: Datum[] = [];
  for (const minute of minutes) {
    data.push(
      ...(await sent(START + minute * MINUTE, () =>
        publishRun(metricsOfService(service), run, { skillsCount: 5_000 }),
      )),
    );
  }
  return data;
};
const every = (step: number, from: number, to: number) =>
  Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) => from + index * step);

/** The syncs at their intervals between two minutes. */
const syncs = async (from: number, to: number, outcome: Outcome) => [
  ...(await runs(JobId.skillSync, every(15, from, to), outcome)),
  ...(await runs(JobId.ratingSync, every(30, from + 1, to), outcome)),
];

/** The code of what a token source throws whose client cannot reach Secrets Manager. */
const codeOfUnreadable = async (): Promise<string> => {
  const client = new SecretsManagerClient({
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle: async () => Promise.reject(new Error('no route')) },
  });
  const token = createTokenSource({ client, secretId: 'token', now: Date.now, log: SILENT });
  return errorCode(await token().catch((error: unknown) => error));
};

/** Whether a feed says that it has no token, after an attempt that found none for this reason. */
const lacksToken = (code: string): boolean => {
  const rules = { timing: FEED_TIMING, maxAttempts: 3, random: () => 0 };
  const connecting = { ...IDLE_SESSION, status: FeedStatus.connecting, attempt: 1 };
  return nextSession(connecting, { type: 'tokenFailed', attempt: 1, code }, rules).state.lacksToken;
};

/** The feed, once a minute. */
const feed = async (
  from: number,
  to: number,
  is: 'connected' | 'without a token' | 'without its secret' | 'away',
) => {
  const data: Datum[] = [];
  const code = is === 'without its secret' ? await codeOfUnreadable() : 'token_unavailable';
  const disabled = is.startsWith('without') && lacksToken(code);
  for (const minute of every(1, from, to)) {
    const measured = { connected: is === 'connected', disabled };
    data.push(
      ...(await sent(START + minute * MINUTE, () =>
        publishFeed(metricsOfService('realtime-feed'), { ...measured, reconnects: 0, conflictsDetected: 0 }),
      )),
    );
  }
  return data;
};

/** Whom the alarms tell; the same whatever FILL does to a metric without a value. */
const mails = (data: readonly Arrival[], minutes: number): Mail[] => {
  const told = simulate(template, data, { from: START, minutes });
  expect(simulate(template, data, { from: START, minutes, rules: { fillsEmpty: false } })).toEqual(told);
  // A new alarm that is well says so, once.
  return told.filter(({ state, from }) => !(state === 'OK' && from === 'INSUFFICIENT_DATA'));
};
const began = (all: readonly Mail[]) =>
  all.filter(({ state }) => state === 'ALARM').map(({ minute, alarm }) => `${alarm} ${minute}`);
const late = (data: readonly Datum[], minutes: number): Arrival[] =>
  data.map((datum) => ({ ...datum, seenAt: datum.at + minutes * MINUTE }));

describe('A new stack without a token', () => {
  it.each([
    ['at once', 0, 0],
    ['after five minutes, as the deployment goes on', 5, 5],
    ['after half an hour, as the service takes its time', 10, 30],
  ])('tells nobody from its first minute on, when its first values come %s', async (_when, sync, task) => {
    const data = [
      ...(await syncs(sync, 9 * HOUR, 'token_unavailable')),
      ...(await feed(task, 9 * HOUR, 'without a token')),
    ];
    expect(mails(late(data, 2), 9 * HOUR)).toEqual([]);
  });

  it('tells nobody where nothing ever runs', () => {
    expect(mails([], 3 * HOUR)).toEqual([]);
  });

  it('tells nobody when the token is put in, and the feed finds it minutes after the first sync', async () => {
    const [tokenAt, connectedAt, end] = [130, 145, 6 * HOUR];
    const data = [
      ...(await syncs(0, tokenAt, 'token_unavailable')),
      ...(await syncs(tokenAt + 5, end, 'success')),
      ...(await feed(3, tokenAt + 1, 'without a token')),
      ...(await feed(tokenAt + 1, connectedAt, 'away')),
      ...(await feed(connectedAt, end, 'connected')),
    ];
    expect(mails(data, end - 15)).toEqual([]);
  });

  it('tells of a token that the marketplace refuses, once ten runs have failed', async () => {
    const data = [
      ...(await syncs(0, HOUR, 'token_unavailable')),
      ...(await syncs(HOUR, 4 * HOUR, 'marketplace_auth')),
      ...(await feed(0, 4 * HOUR, 'without a token')),
    ];
    expect(began(mails(data, 4 * HOUR))).toEqual(['HighErrorRate 150']);
  });
});

describe('A stack that cannot read its secret', () => {
  it('tells of it from its first day on, though it never was set up', async () => {
    const code = await codeOfUnreadable();
    expect(code).toBe('secret_unavailable');
    const data = [
      ...(await syncs(0, 4 * HOUR, 'secret_unavailable')),
      ...(await feed(0, 4 * HOUR, 'without its secret')),
    ];
    expect(began(mails(data, 4 * HOUR))).toEqual(['HighErrorRate 90']);
  });

  it('tells of its feed, which had been connected', async () => {
    const data = [
      ...(await syncs(0, 6 * HOUR, 'success')),
      ...(await feed(0, 120, 'connected')),
      ...(await feed(120, 6 * HOUR, 'without its secret')),
    ];
    expect(began(mails(data, 6 * HOUR - 15))).toEqual(['WebSocketDisconnected 139']);
  });
});

describe('A stack that was set up', () => {
  const END = 6 * HOUR;

  it('tells nobody while all is well', async () => {
    const data = [...(await syncs(0, END, 'success')), ...(await feed(0, END, 'connected'))];
    expect(mails(data, END - 15)).toEqual([]);
  });

  it('tells of its silence: of the feed after twenty minutes, of the syncs after an hour', async () => {
    // The last sync is at 105, the last minute of the feed 119.
    const data = [...(await syncs(0, 120, 'success')), ...(await feed(0, 120, 'connected'))];
    expect(began(mails(data, END))).toEqual(['WebSocketDisconnected 139', 'SyncStale 165']);
  });

  it('tells of it a day after it was set up as well', async () => {
    const days = 30 * HOUR;
    const data = [
      ...(await syncs(0, 15, 'success')),
      ...(await runs(JobId.skillSync, [days], 'success')),
      ...(await feed(days - HOUR, days + 2 * HOUR, 'connected')),
    ];
    expect(began(mails(data, days + 2 * HOUR)).filter((one) => one.startsWith('SyncStale'))).toEqual([
      'SyncStale 60',
      `SyncStale ${days + 60}`,
    ]);
  });

  it('tells of a secret that was emptied', async () => {
    const data = [
      ...(await syncs(0, 120, 'success')),
      ...(await syncs(120, END, 'token_unavailable')),
      ...(await feed(0, END, 'connected')),
    ];
    expect(began(mails(data, END - 15))).toEqual(['SyncStale 165']);
  });

  it('tells of an outage of the marketplace once, and that it is over once, with all that it brings', async () => {
    const [away, back] = [120, 300];
    const data = [
      ...(await syncs(0, away, 'success')),
      // A run that finds no marketplace takes minutes over its tries.
      ...late(await syncs(away, back, 'marketplace_unavailable'), 4),
      ...(await syncs(back, END, 'success')),
      ...(await feed(0, away, 'connected')),
      ...(await feed(away, back, 'away')),
      ...(await feed(back, END, 'connected')),
    ];
    const all = mails(data, END - 15);
    expect(all.map(({ alarm, state }) => `${alarm} ${state}`)).toEqual([
      'MarketplaceDown ALARM',
      'MarketplaceDown OK',
    ]);
    // No success since 105: two intervals and five minutes.
    expect(all.map(({ minute }) => minute)).toEqual([140, 300]);
  });

  it('tells of the feed alone where only its address is away', async () => {
    const data = [
      ...(await syncs(0, END, 'success')),
      ...(await feed(0, 120, 'connected')),
      ...(await feed(120, END, 'away')),
    ];
    expect(began(mails(data, END - 15))).toEqual(['WebSocketDisconnected 139']);
  });

  it('tells of rating syncs that stop where skill syncs go on', async () => {
    const data = [
      ...(await runs(JobId.skillSync, every(15, 0, END), 'success')),
      ...(await runs(JobId.ratingSync, every(30, 1, 120), 'success')),
      ...(await feed(0, END, 'connected')),
    ];
    expect(began(mails(data, END - 15))).toEqual(['RatingSyncStale 166']);
  });
});
