import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryJobStore } from '#adapters/dynamodb/runs/memory-job-store.ts';
import { createMemoryRunStore } from '#adapters/dynamodb/runs/memory-run-store.ts';
import { createJobHandler, type JobAnswer, type JobHandlerOptions } from '#adapters/lambda/job-handler.ts';
import type { LambdaFunction } from '#adapters/lambda/lambda-function.ts';
import type { SharedLimiter } from '#adapters/marketplace/shared-limiter.ts';
import { MarketplaceUnavailableError, OutOfTimeError } from '#core/errors.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import { captureMetrics } from '#test/monitoring/emf.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const RUN_ID = '01KHXW4QJ0ZZZZZZZZZZZZZZZZ';
const CONTEXT = {} as Context;

describe('Function: createJobHandler', () => {
  it('runs the work with the parameters of the event, and answers with the run', async () => {
    const { invoke, given, published } = createHandler();

    expect(await invoke({ trigger: 'schedule', run_id: RUN_ID, redrive: true })).toEqual({
      run_id: RUN_ID,
      status: 'success',
    });
    expect(given).toEqual([{ redrive: true }]);
    expect(published).toEqual(['RunDuration', 'CachedSkills']);
  });

  it('answers with a failed run, and does not throw, when the work fails', async () => {
    const { invoke, runOf } = createHandler({
      work: async () => {
        throw new MarketplaceUnavailableError('It is down.');
      },
    });

    expect(await invoke({ run_id: RUN_ID })).toMatchObject({ status: 'failed' });
    expect(await runOf(RUN_ID)).toMatchObject({ error: { code: 'marketplace_unavailable' } });
  });

  it('invokes the function again for a run that goes on, with its trigger and its parameters', async () => {
    const { invoke, invoked } = createHandler({
      work: async ({ advanced }) => {
        advanced();
        throw new OutOfTimeError('Time is up.');
      },
    });

    expect(await invoke({ trigger: 'manual', run_id: RUN_ID, redrive: true })).toMatchObject({
      status: 'interrupted',
    });
    expect(invoked).toEqual([{ trigger: 'manual', run_id: RUN_ID, redrive: true }]);
  });

  it.each([
    ['manual', ['resume', 'flush']],
    ['schedule', ['flush']],
  ])(
    'ends a pause of the marketplace for a run that was started by hand alone: %s',
    async (trigger, calls) => {
      const { invoke, limiterCalls } = createHandler();

      await invoke({ trigger, run_id: RUN_ID });

      expect(limiterCalls).toEqual(calls);
    },
  );

  it('skips a scheduled run while the marketplace asked to be left alone', async () => {
    const { invoke, given } = createHandler({}, 60_000);

    expect(await invoke({ trigger: 'schedule', run_id: RUN_ID })).toMatchObject({ status: 'skipped' });
    expect(given).toEqual([]);
  });

  it('publishes its gauges, and gives the limit back, however a run ended', async () => {
    let published = 0;
    const { invoke, limiterCalls } = createHandler({
      enabled: false,
      publishGauges: async () => {
        published += 1;
      },
    });

    expect(await invoke({ run_id: RUN_ID })).toMatchObject({ status: 'skipped' });
    expect([published, limiterCalls]).toEqual([1, ['flush']]);
  });

  it('needs neither a limiter nor an invocation of itself', async () => {
    const { invoke } = createHandler({
      limiter: undefined,
      invokeSelf: undefined,
      work: async ({ advanced }) => {
        advanced();
        throw new OutOfTimeError('Time is up.');
      },
    });

    expect(await invoke({ run_id: RUN_ID })).toMatchObject({ status: 'interrupted' });
  });
});

type Parameters = { readonly redrive: boolean };

function createHandler(changes: Partial<JobHandlerOptions<Parameters>> = {}, pauseMs = 0) {
  const clock = createVirtualClock();
  const table = createMemoryTable();
  const stores = { jobs: createMemoryJobStore(table), runs: createMemoryRunStore(table) };
  const given: Parameters[] = [];
  const invoked: unknown[] = [];
  const limiterCalls: string[] = [];
  const published: string[] = [];
  const limiter = {
    pausedUntil: async () => (pauseMs === 0 ? 0 : clock.now() + pauseMs),
    resume: async () => void limiterCalls.push('resume'),
    flush: async () => void limiterCalls.push('flush'),
  } as Pick<SharedLimiter, 'pausedUntil' | 'resume' | 'flush'> as SharedLimiter;
  const lambda: LambdaFunction = {
    log: new Logger({ logLevel: 'SILENT' }),
    metrics: new Metrics({ serviceName: 'rating-sync', namespace: 'Test' }),
    clock: {
      now: clock.now,
      sleep: clock.sleep,
      random: () => 0.5,
      remainingMs: () => Number.POSITIVE_INFINITY,
    },
    handle: (work) => (event) => work(event),
  };
  const handler = createJobHandler<Parameters>(lambda, {
    job: JobId.ratingSync,
    stores,
    enabled: true,
    limiter,
    invokeSelf: async (event) => void invoked.push(event),
    parametersOf: (event) => ({ redrive: (event as Partial<Parameters>).redrive === true }),
    work: async (_context, parameters) => {
      given.push(parameters);
      return { skillsCount: 9 };
    },
    ...changes,
  });
  return {
    given,
    invoked,
    limiterCalls,
    published,
    async invoke(event: unknown): Promise<JobAnswer> {
      let answer: JobAnswer | undefined;
      const data = await captureMetrics(async () => {
        answer = await clock.run(handler(event, CONTEXT));
      });
      published.push(...data.map(({ name }) => name));
      return answer!;
    },
    runOf: (id: string): Promise<Run | undefined> => stores.runs.get(id, clock.now()),
  };
}
