import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEventSource } from '#local/lambda/event-source.ts';
import type { Sqs } from '#local/sqs/sqs.ts';
import { WAIT } from '#test/wait-limit.ts';
import { arnOf, consume, contents, newQueue, REGION, sendAll, sqs, untilEmpty } from './consumed-queue.ts';

/** What a stop waits for a batch that is under way; the receive that waits for messages lasts for twenty seconds. */
const GRACE_MS = 10_000;

describe('Polling of a local event source', () => {
  it('keeps to the batch size', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, ...Array.from({ length: 7 }, (_, index) => String(index)));
    const { source, invocations } = await consume(queue, 'return null;', { batchSize: 3 });

    // Act
    source.start();
    await untilEmpty(queue);

    // Assess
    expect(invocations.map(({ bodies }) => bodies.length)).toEqual([3, 3, 1]);
  });

  it('waits for the batching window, and takes more than one receive can give', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, ...Array.from({ length: 14 }, (_, index) => String(index)));
    const mapping = { batchSize: 25, batchingWindowMs: 1000 };
    const waits: number[] = [];
    const receive: Sqs['receive'] = (name, options) => {
      waits.push(options.waitSeconds);
      return sqs.receive(name, options);
    };
    const { source, invocations } = await consume(queue, 'return null;', mapping, { receive });

    // Act
    source.start();
    await vi.waitFor(async () => expect((await contents(queue)).inFlight).toBe(14), WAIT);
    await sendAll(queue, 'late');
    await untilEmpty(queue);

    // Assess
    expect(invocations.map(({ bodies }) => bodies.length)).toEqual([15]);
    expect(waits.length, 'receives').toBeLessThanOrEqual(6);
  });

  it('runs as many invocations at once as the mapping allows, and no more', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, ...Array.from({ length: 6 }, (_, index) => String(index)));
    let atOnce = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const definition = { queueArn: arnOf(queue), functionName: 'fn', batchSize: 1, batchingWindowMs: 0 };
    const source = createEventSource(
      { ...definition, maximumConcurrency: 2, reportsFailures: true },
      {
        sqs,
        region: REGION,
        invoke: async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await new Promise<void>((resolve) => gates.push(resolve));
          atOnce -= 1;
          return { requestId: 'r', payload: 'null' };
        },
        onTrouble: () => undefined,
      },
    );
    onTestFinished(() => source.stop(0));

    // Act
    source.start();
    for (let done = 0; done < 6; done += 2) {
      await vi.waitFor(() => expect(gates).toHaveLength(2), WAIT);
      for (const open of gates.splice(0)) open();
    }
    await untilEmpty(queue);

    // Assess
    expect(most).toBe(2);
  });

  it('asks once and waits while there is nothing, and then takes a message at once', async () => {
    // Prepare
    const queue = await newQueue();
    const waits: number[] = [];
    const receive: Sqs['receive'] = (name, options) => {
      waits.push(options.waitSeconds);
      return sqs.receive(name, options);
    };
    const { source, invocations } = await consume(queue, 'return null;', {}, { receive });

    // Act
    source.start();
    await vi.waitFor(() => expect(waits).toEqual([20]), WAIT);
    await sendAll(queue, 'now');
    await untilEmpty(queue);

    // Assess
    expect(invocations).toHaveLength(1);
    expect(waits).toEqual([20, 20]);
    const stopping = performance.now();
    await source.stop(GRACE_MS);
    expect(performance.now() - stopping).toBeLessThan(GRACE_MS);
  });

  it('goes on when the queue could not be read or a message not deleted, and says so', async () => {
    // Prepare
    const queue = await newQueue({ VisibilityTimeout: '1' });
    await sendAll(queue, 'once');
    let failures = 2;
    const failing = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      let failed = false;
      return (...args: A): Promise<R> => {
        if (failed) return call(...args);
        failed = true;
        failures -= 1;
        return Promise.reject(new Error('reset'));
      };
    };
    const overrides = { receive: failing(sqs.receive), remove: failing(sqs.remove) };
    const { source, invocations, trouble } = await consume(queue, 'return null;', {}, overrides);

    // Act
    source.start();
    await untilEmpty(queue);

    // Assess
    expect(failures).toBe(0);
    expect(invocations.map(({ counts }) => counts)).toEqual([['1'], ['2']]);
    expect(trouble).toEqual(["can't be read: reset", 'could not be worked off: reset']);
  });

  it('lets a batch that is under way come to its end when it stops, and takes no other', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, 'first');
    const { source, invocations } = await consume(
      queue,
      'await new Promise((resolve) => setTimeout(resolve, 300)); return null;',
      { maximumConcurrency: 1 },
    );
    source.start();
    await vi.waitFor(() => expect(invocations).toHaveLength(1), WAIT);
    await sendAll(queue, 'second');

    // Act
    await source.stop(10_000);

    // Assess
    expect(await contents(queue)).toEqual({ waiting: 1, inFlight: 0 });
    expect(invocations).toHaveLength(1);
  });

  it('gives a batch up that takes longer than the grace, and leaves its messages', async () => {
    // Prepare
    const queue = await newQueue({ VisibilityTimeout: '600' });
    await sendAll(queue, 'slow');
    const { source, invocations } = await consume(queue, 'await new Promise(() => {});');
    source.start();
    await vi.waitFor(() => expect(invocations).toHaveLength(1), WAIT);

    // Act
    await source.stop(50);

    // Assess
    expect(await contents(queue)).toEqual({ waiting: 0, inFlight: 1 });
  });
});
