import { Code, FilterCriteria, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import type { Template } from '#lib/synthesize.ts';
import { createEventSources, readEventSources } from '#local/lambda/deployed-event-sources.ts';
import type { LambdaRuntime } from '#local/lambda/lambda-runtime.ts';
import type { Sqs } from '#local/sqs/sqs.ts';
import type { DeploymentSource } from '#local/template/deployment.ts';
import { createResourceNames } from '#local/template/resource-names.ts';
import { createResolver } from '#local/template/template.ts';

/** A function behind two queues, as the CDK writes it. */
function stackWith(first: SqsEventSourceProps, second: SqsEventSourceProps): DeploymentSource {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  const fn = new LambdaFunction(stack, 'Function', {
    functionName: 'consumer',
    code: Code.fromInline('exports.handler = () => {}'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  fn.addEventSource(new SqsEventSource(new Queue(stack, 'First', { queueName: 'first' }), first));
  fn.addEventSource(new SqsEventSource(new Queue(stack, 'Second', { queueName: 'second' }), second));
  const template = app.synth().getStackArtifact(stack.artifactId).template as Template;
  const pseudo = { region: 'us-east-1', accountId: '000000000000', stackName: 'stack' };
  const names = createResourceNames(template, pseudo, { queueUrl: (name) => name, apiUrl: 'http://api' });
  return {
    synthesized: { template, assetsDir: '' },
    names,
    resolver: createResolver(template, pseudo, names),
  };
}

describe('Function: readEventSources', () => {
  it('reads what the CDK writes, and leaves out what is switched off', () => {
    const source = stackWith(
      {
        batchSize: 25,
        maxBatchingWindow: Duration.seconds(2),
        maxConcurrency: 3,
        reportBatchItemFailures: true,
      },
      { enabled: false },
    );
    expect(readEventSources(source)).toEqual([
      {
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:first',
        functionName: 'consumer',
        batchSize: 25,
        batchingWindowMs: 2000,
        maximumConcurrency: 3,
        reportsFailures: true,
      },
    ]);
  });

  it('knows Lambda’s defaults', () => {
    expect(readEventSources(stackWith({}, { enabled: false }))).toEqual([
      {
        queueArn: 'arn:aws:sqs:us-east-1:000000000000:first',
        functionName: 'consumer',
        batchSize: 10,
        batchingWindowMs: 0,
        maximumConcurrency: 5,
        reportsFailures: false,
      },
    ]);
  });

  it('refuses a filter, which it could not carry out', () => {
    const filters = [FilterCriteria.filter({ body: { kind: ['rating'] } })];
    expect(() => readEventSources(stackWith({ filters }, {}))).toThrow(/FilterCriteria/);
  });
});

describe('Function: createEventSources', () => {
  it('names a function that is not there', () => {
    const runtime = { resolve: () => undefined } as unknown as LambdaRuntime;
    const create = () =>
      createEventSources({
        source: stackWith({}, {}),
        sqs: {} as Sqs,
        runtime,
        region: 'us-east-1',
        onTrouble: () => undefined,
      });
    expect(create).toThrow('There is no function consumer to work off a queue.');
  });
});
