import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScheduleDefinition } from '#local/scheduler/schedule-definition.ts';
import { createScheduler } from '#local/scheduler/scheduler.ts';
import { startSchedulerEndpoint } from '#local/scheduler/scheduler-endpoint.ts';

const JOB: ScheduleDefinition = {
  Name: 'job',
  GroupName: 'group',
  Description: 'A job',
  ScheduleExpression: 'rate(15 minutes)',
  ScheduleExpressionTimezone: 'Etc/UTC',
  State: 'ENABLED',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
  Target: { Arn: 'arn:fn', RoleArn: 'arn:role', Input: '{}', RetryPolicy: { MaximumRetryAttempts: 3 } },
};
const UPDATE = {
  GroupName: 'group',
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:fn', RoleArn: 'arn:role' },
};

async function start() {
  const scheduler = createScheduler({
    definitions: [
      JOB,
      { ...JOB, Name: 'zzz', State: 'DISABLED' },
      { ...JOB, Name: 'aaa', GroupName: 'other' },
    ],
    region: 'us-east-1',
    accountId: '000000000000',
    fire: () => undefined,
  });
  const server = await startSchedulerEndpoint({ scheduler, isTarget: (arn) => arn === 'arn:fn' });
  onTestFinished(() => server.close(0));
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown> & { Schedules: { Name: string }[] };
    return {
      status: response.status,
      type: response.headers.get('x-amzn-errortype'),
      body: answer,
    };
  };
  return { call, scheduler };
}

describe('Scheduler endpoint', () => {
  it('answers GetSchedule with everything that UpdateSchedule needs', async () => {
    const { call } = await start();
    const { status, body } = await call('GET', '/schedules/job?groupName=group');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...JOB,
      Arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/group/job',
      CreationDate: expect.any(Number),
      LastModificationDate: expect.any(Number),
    });
  });

  it.each([
    ['GET', '/schedules/job', undefined],
    ['GET', '/schedules/nobody?groupName=group', undefined],
    ['PUT', '/schedules/nobody', UPDATE],
  ])('answers 404 to %s %s', async (method, path, body) => {
    const { call } = await start();
    expect(await call(method, path, body)).toMatchObject({ status: 404, type: 'ResourceNotFoundException' });
  });

  it('updates the whole schedule: what is not given falls back to its default', async () => {
    // Prepare
    const { call, scheduler } = await start();

    // Act
    const { status, body } = await call('PUT', '/schedules/job', { ...UPDATE, ClientToken: 'x' });

    // Assess
    expect([status, body]).toEqual([
      200,
      { ScheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/group/job' },
    ]);
    expect(scheduler.get('group', 'job')?.definition).toEqual({
      Name: 'job',
      State: 'ENABLED',
      ScheduleExpressionTimezone: 'UTC',
      ...UPDATE,
    });
  });

  it.each([
    [{ ...UPDATE, ScheduleExpression: 'rate(0 minutes)' }],
    [{ ...UPDATE, ScheduleExpression: undefined }],
    [{ ...UPDATE, State: 'PAUSED' }],
    [{ ...UPDATE, Target: { Arn: 'arn:elsewhere', RoleArn: 'arn:role' } }],
    [{ ...UPDATE, StartDate: 1 }],
    ['no object'],
  ])('refuses a bad update (%#) and keeps what was', async (update) => {
    const { call, scheduler } = await start();
    expect(await call('PUT', '/schedules/job', update)).toMatchObject({
      status: 400,
      type: 'ValidationException',
    });
    expect(scheduler.get('group', 'job')?.definition).toEqual(JOB);
  });

  it('lists by group, prefix and state, page by page', async () => {
    // Prepare
    const { call } = await start();
    const names = async (query: string) => {
      const { body } = await call('GET', `/schedules?${query}`);
      return body.Schedules.map(({ Name }) => Name);
    };

    // Act and assess
    expect(await names('')).toEqual(['aaa', 'job', 'zzz']);
    expect(await names('ScheduleGroup=group')).toEqual(['job', 'zzz']);
    expect(await names('NamePrefix=z')).toEqual(['zzz']);
    expect(await names('State=DISABLED')).toEqual(['zzz']);
    const { body } = await call('GET', '/schedules?MaxResults=2');
    expect(await names(`MaxResults=2&NextToken=${body.NextToken}`)).toEqual(['zzz']);
  });

  it('makes a schedule once, and deletes it', async () => {
    const { call, scheduler } = await start();
    const made = await call('POST', '/schedules/poll', { ...UPDATE, ClientToken: 'token' });
    expect(made).toMatchObject({
      status: 200,
      body: { ScheduleArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/group/poll' },
    });
    expect(scheduler.get('group', 'poll')?.definition).toMatchObject({ ...UPDATE, Name: 'poll' });
    expect(scheduler.get('group', 'poll')?.definition).not.toHaveProperty('ClientToken');
    expect(await call('POST', '/schedules/poll', UPDATE)).toMatchObject({
      status: 409,
      type: 'ConflictException',
    });
    expect((await call('DELETE', '/schedules/poll?groupName=group')).status).toBe(200);
    expect(await call('DELETE', '/schedules/poll?groupName=group')).toMatchObject({
      status: 404,
      type: 'ResourceNotFoundException',
    });
    const elsewhere = { ...UPDATE, Target: { Arn: 'arn:elsewhere', RoleArn: 'arn:role' } };
    expect((await call('POST', '/schedules/poll', elsewhere)).status).toBe(400);
    expect(scheduler.get('group', 'poll')).toBeUndefined();
  });
});
