import { mkdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { WAIT } from '#test/wait-limit.ts';
import { inlineFunction as define } from './inline-function.ts';
import { runtimeForTest as run } from './runtime-for-test.ts';

describe('Lambda runtime, invoked asynchronously', () => {
  it('tries an asynchronous invocation again as often as the template says, then sends it to the queue', async () => {
    // Prepare
    const fn = define(`export const handler = async () => { throw new Error('no'); };`, {
      asyncInvoke: { maximumRetryAttempts: 1, maximumEventAgeMs: 60_000, onFailureQueue: 'failed' },
    });
    const { runtime, sent, failures } = run([fn]);

    // Act
    const requestId = runtime.invokeAsync('fn', '{"n":1}');
    await vi.waitFor(() => expect(sent).toHaveLength(1), WAIT);

    // Assess
    expect(failures).toHaveLength(2);
    expect(sent[0]).toMatchObject({
      queue: 'failed',
      record: {
        requestContext: { requestId, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
        requestPayload: { n: 1 },
        responsePayload: { errorMessage: 'no' },
      },
    });
  });

  it('stops trying once an asynchronous event is too old', async () => {
    // Prepare
    const fn = define(`export const handler = async () => { throw new Error('no'); };`, {
      asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 1000, onFailureQueue: 'failed' },
    });
    const { runtime, sent } = run([fn], { retryDelaysMs: [5000, 5000] });

    // Act
    runtime.invokeAsync('fn', '{}');
    await vi.waitFor(() => expect(sent).toHaveLength(1), WAIT);

    // Assess
    expect(sent[0]?.record).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 1 },
    });
  });

  it('succeeds asynchronously at a later attempt', async () => {
    // Prepare
    const marker = temporaryDirectory();
    mkdirSync(marker, { recursive: true });
    const fn = define(`import { existsSync, mkdirSync } from 'node:fs';
      export const handler = async () => { for (const name of ['1', '2', '3']) {
        if (existsSync(${JSON.stringify(marker)} + '/' + name)) continue;
        mkdirSync(${JSON.stringify(marker)} + '/' + name);
        if (name !== '3') throw new Error('try ' + name);
        console.log('done');
        return;
      } };`);
    const { runtime, output, sent } = run([fn]);

    // Act
    runtime.invokeAsync('fn', '{}');

    // Assess
    await vi.waitFor(() => expect(output.join('')).toContain('done'), WAIT);
    expect(sent).toEqual([]);
  });
});
