import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createScheduleStore } from '#adapters/scheduler/schedule-store.ts';
import { CRON_JOB, INTERVAL_JOB, scheduleStoreContract } from './schedule-store.contract.ts';
import { CLEANUP, definition, GROUP, startScheduler } from './start-scheduler.ts';

const JOBS = [INTERVAL_JOB, CRON_JOB];

function storeAt(endpoint: string, jobs: readonly string[] = JOBS) {
  const client = new SchedulerClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return createScheduleStore({ client, group: GROUP, jobs });
}

async function start(definitions = [definition(), CLEANUP]) {
  const scheduler = await startScheduler(definitions);
  onTestFinished(scheduler.stop);
  return scheduler;
}

scheduleStoreContract('EventBridge Scheduler', async () => {
  const { scheduler, url } = await start();
  const startedAt = scheduler.get(GROUP, INTERVAL_JOB)?.modifiedAt.getTime() ?? 0;
  return { store: storeAt(url), startedAt };
});

describe('Function: createScheduleStore', () => {
  it('hands everything back that it does not change', async () => {
    const { scheduler, url } = await start();

    await storeAt(url).change(INTERVAL_JOB, { enabled: false, minutes: 30 });

    expect(scheduler.get(GROUP, INTERVAL_JOB)?.definition).toEqual(
      definition({ State: 'DISABLED', ScheduleExpression: 'rate(30 minutes)' }),
    );
  });

  it('leaves out a job whose schedule is missing', async () => {
    const { url } = await start([CLEANUP]);
    const store = storeAt(url);

    expect((await store.list()).map(({ job }) => job)).toEqual([CRON_JOB]);
    expect(await store.change(INTERVAL_JOB, { enabled: false })).toBeUndefined();
  });

  it('never touches a schedule that is not one of the jobs', async () => {
    const { scheduler, url } = await start();

    expect(await storeAt(url, [CRON_JOB]).change(INTERVAL_JOB, { enabled: false })).toBeUndefined();
    expect(scheduler.get(GROUP, INTERVAL_JOB)?.definition.State).toBe('ENABLED');
  });

  it('refuses a schedule that it can not read', async () => {
    const { url } = await start([definition({ ScheduleExpression: 'at(2030-01-01T00:00:00)' })]);

    await expect(storeAt(url, [INTERVAL_JOB]).list()).rejects.toMatchObject({
      code: 'schedules_unavailable',
    });
  });

  it.each([
    [403, 'AccessDeniedException', false],
    [429, 'ThrottlingException', true],
    [500, 'InternalServerException', true],
  ])('classifies %d %s', async (status, type, retryable) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'x-amzn-errortype': type }).end('{"Message": "arn:aws:scheduler:x"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const store = storeAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const error = await store.list().catch((caught: unknown) => caught);

    expect(error).toMatchObject({
      name: 'SchedulesUnavailableError',
      code: 'schedules_unavailable',
      retryable,
    });
    expect(String(error)).not.toContain('arn:');
  });

  it('can try again what found nobody listening', async () => {
    await expect(storeAt('http://127.0.0.1:1').list()).rejects.toMatchObject({ retryable: true });
  });
});
