import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WAIT } from '#test/wait-limit.ts';
import { inlineFunction as define } from './inline-function.ts';
import { runtimeForTest as run } from './runtime-for-test.ts';

const COUNTER = `let calls = 0; export const handler = async () => { calls += 1; return calls; };`;

describe('Lambda runtime', () => {
  it('calls the handler with its event and a context, in an environment of its own', async () => {
    // Prepare
    process.env.ATOM_SYNC_TEST_LEAK = 'parent';
    onTestFinished(() => void delete process.env.ATOM_SYNC_TEST_LEAK);
    const fn = define(
      `export const handler = async (event, context) => {
        process.env.MINE = 'changed';
        return { event, env: { ...process.env }, left: context.getRemainingTimeInMillis(), name: context.functionName,
          arn: context.invokedFunctionArn, id: context.awsRequestId, memory: context.memoryLimitInMB };
      };`,
      { environment: { MINE: 'template' } },
    );
    const { runtime } = run([fn]);

    // Act
    const result = await runtime.invoke('fn', '{"a":"ü"}');

    // Assess
    const answer = JSON.parse(result.payload);
    expect(result.functionError).toBeUndefined();
    expect(answer).toMatchObject({
      event: { a: 'ü' },
      name: 'fn',
      arn: fn.arn,
      id: result.requestId,
      memory: '128',
    });
    expect(answer.env).toEqual({ MINE: 'changed' });
    expect(answer.left).toBeGreaterThan(9000);
    expect(answer.left).toBeLessThanOrEqual(10_000);
    expect(process.env.MINE).toBeUndefined();
  });

  it('refuses an answer above 6,291,556 bytes, and goes on', async () => {
    const sized = define(
      `export const handler = async ({ bytes }) => 'é'.repeat(1) + 'x'.repeat(bytes - 4);`,
    );
    const { runtime, failures } = run([sized]);
    const answer = (bytes: number) => runtime.invoke('fn', JSON.stringify({ bytes }));

    expect((await answer(6_291_556)).functionError).toBeUndefined();
    const { functionError, payload } = await answer(6_291_557);
    expect([functionError, JSON.parse(payload)]).toEqual([
      'Unhandled',
      {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage:
          'Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).',
      },
    ]);
    expect(failures).toHaveLength(1);
    expect((await answer(10)).functionError).toBeUndefined();
  });

  it('uses a warm container again', async () => {
    const { runtime } = run([define(COUNTER)]);
    expect(
      [await runtime.invoke('fn', '{}'), await runtime.invoke('fn', '{}')].map((r) => r.payload),
    ).toEqual(['1', '2']);
  });

  it('gives concurrent invocations containers of their own up to the maximum, and lets the rest wait', async () => {
    // Prepare
    const slow = `let calls = 0; export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100)); calls += 1; return calls; };`;
    const { runtime } = run([define(slow)], { maximumContainers: 2 });

    // Act
    const results = await Promise.all(Array.from({ length: 6 }, () => runtime.invoke('fn', '{}')));

    // Assess
    const calls = results.map(({ payload }) => Number(payload));
    expect(calls).toHaveLength(6);
    // Each container counts its own calls. Which of them is free first is chance.
    expect(calls.filter((call) => call === 1)).toHaveLength(2);
    expect(Math.max(...calls)).toBeLessThan(6);
  });

  it('keeps to the reserved concurrency', async () => {
    const { runtime } = run([define(COUNTER, { reservedConcurrency: 1 })]);
    const results = await Promise.all([1, 2, 3].map(() => runtime.invoke('fn', '{}')));
    expect(results.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
  });

  it('reports a thrown error in Lambda’s form and goes on in the same container', async () => {
    // Prepare
    const fn = define(`let calls = 0; export const handler = async (event) => {
      calls += 1; if (event.fail) throw new RangeError('too much'); return calls; };`);
    const { runtime, failures } = run([fn]);

    // Act
    const failed = await runtime.invoke('fn', '{"fail":true}');
    const next = await runtime.invoke('fn', '{}');

    // Assess
    expect(failed.functionError).toBe('Unhandled');
    expect(JSON.parse(failed.payload)).toMatchObject({ errorType: 'RangeError', errorMessage: 'too much' });
    expect(next.payload).toBe('2');
    expect(failures).toHaveLength(1);
  });

  it.each([
    ['an endless loop', 'export const handler = async () => { for (;;) {} };'],
    ['an answer that never comes', 'export const handler = () => new Promise(() => {});'],
  ])('ends %s at the function’s timeout', async (_, code) => {
    // Prepare
    const { runtime } = run([define(code, { timeoutMs: 200 })]);

    // Act
    const startedAt = Date.now();
    const result = await runtime.invoke('fn', '{}');

    // Assess
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 0.20 seconds`,
    });
    // Not at the test's; how late a busy machine notices is nobody's fault.
    expect(Date.now() - startedAt).toBeLessThan(30_000);
  });

  it.each([
    ['process.exit', `process.exit(3)`, 'Runtime.ExitError', /exit status 3/],
    [
      'an error outside the handler',
      `setTimeout(() => { throw new TypeError('later') }); await new Promise(() => {})`,
      'TypeError',
      /later/,
    ],
    [
      'a rejection that nobody handles',
      `Promise.reject(new SyntaxError('lost')); await new Promise(() => {})`,
      'SyntaxError',
      /lost/,
    ],
    [
      'too much memory',
      `const all = []; for (;;) all.push(new Array(1e5).fill(Math.random()).map(String))`,
      'Runtime.OutOfMemory',
      /killed/,
    ],
  ])('survives %s and starts a new container', async (_, statement, errorType, message) => {
    // Prepare
    const fn = define(`let calls = 0; export const handler = async (event) => {
      calls += 1; if (event.crash) { ${statement} } return calls; };`);
    const { runtime } = run([fn]);
    await runtime.invoke('fn', '{}');

    // Act
    const crashed = await runtime.invoke('fn', '{"crash":true}');
    const next = await runtime.invoke('fn', '{}');

    // Assess
    const failure = JSON.parse(crashed.payload);
    expect(failure.errorType).toBe(errorType);
    expect(failure.errorMessage).toMatch(message);
    expect(next).toMatchObject({ payload: '1' });
  });

  it.each([
    ['code that throws while it loads', { code: `throw new Error('bad config');` }, 'Error', /bad config/],
    [
      'a handler that is not there',
      { code: `export const other = 1;` },
      'Runtime.HandlerNotFound',
      /index.handler/,
    ],
    ['a module that is not there', { handler: 'nowhere.handler' }, 'Runtime.HandlerNotFound', /nowhere/],
  ])(
    'reports %s with every invocation',
    async (_, { code = COUNTER, ...rest }: { code?: string; handler?: string }, errorType, message) => {
      const { runtime } = run([define(code, rest)]);
      for (let round = 0; round < 2; round += 1) {
        const result = await runtime.invoke('fn', '{}');
        expect(result.functionError).toBe('Unhandled');
        expect(JSON.parse(result.payload)).toMatchObject({
          errorType,
          errorMessage: expect.stringMatching(message),
        });
      }
    },
  );

  it('hands the function’s output on', async () => {
    const fn = define(
      `export const handler = async () => { console.log('to stdout'); console.error('to stderr'); };`,
    );
    const { runtime, output } = run([fn]);
    expect((await runtime.invoke('fn', '{}')).payload).toBe('null');
    await vi.waitFor(() => expect(output.join('')).toContain('to stderr'), WAIT);
    expect(output.join('')).toContain('to stdout');
  });

  it('lets what runs come to its end when it closes', async () => {
    // Prepare
    const fn = define(`export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300)); return 'done'; };`);
    const { runtime } = run([fn]);
    const result = runtime.invoke('fn', '{}');

    // Act
    await runtime.close(5000);

    // Assess
    expect((await result).payload).toBe('"done"');
  });

  it('ends what takes longer than the grace', async () => {
    const { runtime, failures } = run([define('export const handler = () => new Promise(() => {});')]);
    const result = runtime.invoke('fn', '{}');
    await runtime.close(50);
    expect((await result).functionError).toBe('Unhandled');
    expect(failures).toEqual([]);
  });

  it.each([
    ['fn', 'fn'],
    ['fn:1', 'fn'],
    ['fn:$LATEST', 'fn'],
    ['arn:aws:lambda:us-east-1:000000000000:function:fn', 'fn'],
    ['arn:aws:lambda:us-east-1:000000000000:function:fn:1', 'fn'],
    ['000000000000:function:fn', 'fn'],
    ['other', undefined],
    ['arn:aws:sqs:us-east-1:000000000000:fn', undefined],
  ])('knows %s as %s', (given, expected) => {
    expect(run([define(COUNTER)]).runtime.resolve(given)).toBe(expected);
  });
});
