import { z } from 'zod';
import { TemplateError } from '#local/errors.ts';
import type { Sqs } from '#local/sqs/sqs.ts';
import { type DeploymentSource, parseProperties, resourcesOf } from '#local/template/deployment.ts';
import { createEventSource, type EventSource, type EventSourceDefinition } from './event-source.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';

/** Lambda begins with five pollers of one queue; the runtime's own maximum of containers may be less. */
const DEFAULT_CONCURRENCY = 5;

const mappingSchema = z.object({
  EventSourceArn: z.string().startsWith('arn:aws:sqs:'),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().optional() }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: z.boolean().default(true),
  // A filter that nobody carries out would hand over messages that the deployed function never sees.
  FilterCriteria: z.never().optional(),
});

/** The template's event sources that are switched on. One that is off is a switch for an operator, and does nothing. */
export function readEventSources(source: DeploymentSource): EventSourceDefinition[] {
  return [...resourcesOf(source, 'AWS::Lambda::EventSourceMapping')].flatMap(({ id, properties }) => {
    const mapping = parseProperties(mappingSchema, id, properties);
    if (!mapping.Enabled) return [];
    return {
      queueArn: mapping.EventSourceArn,
      functionName: mapping.FunctionName,
      batchSize: mapping.BatchSize,
      batchingWindowMs: mapping.MaximumBatchingWindowInSeconds * 1000,
      maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
      reportsFailures: mapping.FunctionResponseTypes.length > 0,
    };
  });
}

/** What the pollers of a stack need. */
export type EventSourcesOptions = {
  readonly source: DeploymentSource;
  readonly sqs: Sqs;
  readonly runtime: LambdaRuntime;
  readonly region: string;
  readonly onTrouble: (message: string) => void;
};

/**
 * The pollers of all queues that start a function, as one. They are not started yet.
 *
 * @throws TemplateError when a queue is to start a function that the template doesn't have.
 */
export function createEventSources(options: EventSourcesOptions): EventSource {
  const { source, sqs, runtime, region, onTrouble } = options;
  const sources = readEventSources(source).map((definition) => {
    const name = runtime.resolve(definition.functionName);
    if (name === undefined)
      throw new TemplateError(`There is no function ${definition.functionName} to work off a queue.`);
    const queue = definition.queueArn.split(':').at(-1);
    return createEventSource(definition, {
      sqs,
      region,
      invoke: (payload) => runtime.invoke(name, payload),
      onTrouble: (message) => onTrouble(`The queue ${queue} ${message}`),
    });
  });
  return {
    start: () => {
      for (const one of sources) one.start();
    },
    stop: async (graceMs) => {
      await Promise.all(sources.map((one) => one.stop(graceMs)));
    },
  };
}
