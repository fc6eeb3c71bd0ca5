import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';

/** What each of our Lambda functions has: its log, its metrics, its clock, and the wrapping of its handler. */
export type LambdaFunction = {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Makes the handler: the work, with the invocation's time left in the clock and its context in the log. */
  handle<Event, Answer>(
    work: (event: Event) => Promise<Answer>,
  ): (event: Event, context: Context) => Promise<Answer>;
};

type Clock = {
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  /** Milliseconds until the invocation under way is ended; no end outside of one. */
  readonly remainingMs: () => number;
};

/**
 * Opens a function at its cold start.
 *
 * @param serviceName its folder in `functions/`: the `service` of its log lines and metrics
 * @example
 * const { log, clock, handle } = openFunction('skill-sync');
 * export const handler = handle(async (event: unknown) => work(clock, event));
 */
export function openFunction(serviceName: string): LambdaFunction {
  const log = new Logger({ serviceName });
  // One invocation at a time runs in this process: its time left is known here, for the clients that outlive it.
  let remainingMs = () => Number.POSITIVE_INFINITY;
  return {
    log,
    metrics: new Metrics({ serviceName }),
    clock: { now: Date.now, sleep, random: Math.random, remainingMs: () => remainingMs() },
    handle: <Event, Answer>(work: (event: Event) => Promise<Answer>) =>
      middy(async (event: Event, context: Context) => {
        remainingMs = () => context.getRemainingTimeInMillis();
        return work(event);
      }).use(injectLambdaContext(log)) as (event: Event, context: Context) => Promise<Answer>,
  };
}
