import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startLambdaEndpoint } from '#local/lambda/lambda-endpoint.ts';
import type { LambdaRuntime } from '#local/lambda/lambda-runtime.ts';

/** A runtime that echoes, or fails where the event says so. */
async function start() {
  const events: string[] = [];
  const runtime: LambdaRuntime = {
    resolve: (name) => (/(^|function:)fn(:|$)/.test(name) ? 'fn' : undefined),
    invoke: async (_, payload) =>
      payload.includes('fail')
        ? { requestId: 'r', payload: '{"errorType":"Error","errorMessage":"no"}', functionError: 'Unhandled' }
        : { requestId: 'r', payload },
    invokeAsync: (_, payload) => {
      events.push(payload);
      return 'r';
    },
    close: async () => undefined,
  };
  const server = await startLambdaEndpoint(runtime);
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new LambdaClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    client.destroy();
    await server.close(0);
  });
  return { client, events, url: server.url };
}

const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();

describe('Lambda endpoint', () => {
  it('answers an invocation by name and by ARN', async () => {
    const { client } = await start();
    for (const FunctionName of ['fn', 'arn:aws:lambda:us-east-1:000000000000:function:fn']) {
      const result = await client.send(new InvokeCommand({ FunctionName, Payload: '{"a":"ü"}' }));
      expect(result).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(result.FunctionError).toBeUndefined();
      expect(text(result.Payload)).toBe('{"a":"ü"}');
    }
  });

  it('reports a failed function', async () => {
    const { client } = await start();
    const result = await client.send(new InvokeCommand({ FunctionName: 'fn', Payload: '"fail"' }));
    expect(result).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(text(result.Payload))).toEqual({ errorType: 'Error', errorMessage: 'no' });
  });

  it('takes an event and answers 202 at once; nothing stands for {}', async () => {
    const { client, events } = await start();
    const result = await client.send(new InvokeCommand({ FunctionName: 'fn', InvocationType: 'Event' }));
    expect(result.StatusCode).toBe(202);
    expect(events).toEqual(['{}']);
  });

  it('answers 204 to a dry run', async () => {
    const { client } = await start();
    const result = await client.send(new InvokeCommand({ FunctionName: 'fn', InvocationType: 'DryRun' }));
    expect(result.StatusCode).toBe(204);
  });

  it.each([
    [{ FunctionName: 'other' }, 'ResourceNotFoundException', 404],
    [{ FunctionName: 'fn', Payload: 'no json' }, 'InvalidRequestContentException', 400],
    [{ FunctionName: 'fn', Payload: `"${'x'.repeat(6 * 1024 * 1024)}"` }, 'RequestTooLargeException', 413],
  ])('refuses a bad invocation (%#)', async (input, name, status) => {
    const { client } = await start();
    await expect(client.send(new InvokeCommand(input))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
  });

  it('answers 404 to other calls', async () => {
    const { url } = await start();
    expect((await fetch(`${url}/2015-03-31/functions/fn`)).status).toBe(404);
  });
});
