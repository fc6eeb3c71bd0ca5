import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBatchPoll } from '#adapters/scheduler/batch-poll.ts';
import { batchPollContract } from './batch-poll.contract.ts';
import { GROUP, startScheduler } from './start-scheduler.ts';

const ARNS = {
  functionName: 'atom-sync-TicketAnalysis',
  roleArn: 'arn:aws:iam::123456789012:role/poll',
  deadLettersArn: 'arn:aws:sqs:us-east-1:123456789012:missed',
};

function pollAt(endpoint: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SchedulerClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return createBatchPoll({ client, group: GROUP, ...ARNS });
}

async function start() {
  const { scheduler, url, stop } = await startScheduler([]);
  onTestFinished(stop);
  const definition = () => scheduler.get(GROUP, 'ticket-batch-poll')?.definition;
  return { poll: pollAt(url), definition };
}

batchPollContract('EventBridge Scheduler', async () => {
  const { poll, definition } = await start();
  const event = () => {
    const input = definition()?.Target.Input;
    return input === undefined ? undefined : JSON.parse(input);
  };
  return { poll, event };
});

describe('Function: createBatchPoll', () => {
  it('invokes the function every five minutes, under its role', async () => {
    const { poll, definition } = await start();
    await poll.start({ trigger: 'schedule', task: 'analyze', run_id: 'A' });

    expect(definition()).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Target: {
        Arn: 'arn:aws:lambda:us-east-1:123456789012:function:atom-sync-TicketAnalysis',
        RoleArn: ARNS.roleArn,
      },
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
    const poll = pollAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    await expect(poll.stop()).rejects.toMatchObject({ code: 'schedules_unavailable', retryable });
  });
});
