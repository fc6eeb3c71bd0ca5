import { join } from 'node:path';
import { z } from 'zod';
import type { Synthesized, TemplateResource } from '#lib/synthesize.ts';
import type { TableDefinition } from '#local/dynamodb/dynamodb.ts';
import { TemplateError } from '#local/errors.ts';
import type { ScheduleDefinition } from '#local/scheduler/schedule-definition.ts';
import type { Rotation } from '#local/secrets/secret-versions.ts';
import type { QueueDefinition } from '#local/sqs/sqs.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { FUNCTION_METADATA_KEY, type ResourceNames } from './resource-names.ts';
import type { Resolver } from './template.ts';

/** Reads definitions out of a synthesized stack, names and intrinsics resolved. */
export type DeploymentSource = {
  readonly synthesized: Synthesized;
  readonly names: ResourceNames;
  readonly resolver: Resolver;
};

type Found = {
  readonly id: string;
  readonly resource: TemplateResource;
  readonly properties: Record<string, unknown>;
};

/** The resources of a type with their properties resolved. */
export function* resourcesOf(source: DeploymentSource, type: string): Generator<Found> {
  for (const [id, resource] of Object.entries(source.synthesized.template.Resources)) {
    if (resource.Type !== type) continue;
    const properties = source.resolver.resolve(resource.Properties ?? {}, id) as Record<string, unknown>;
    yield { id, resource, properties };
  }
}

/** Checks the properties of one resource; the message names the resource. */
export function parseProperties<T>(schema: z.ZodType<T>, id: string, properties: unknown): T {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw new TemplateError(
    `The resource ${id} isn't what npm start expects: ${z.prettifyError(parsed.error)}`,
  );
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const indexes = z
  .array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
    }),
  )
  .optional();
const tableSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
});

export function readTables(source: DeploymentSource): TableDefinition[] {
  return [...resourcesOf(source, 'AWS::DynamoDB::Table')].map(({ id, properties }) => ({
    TableName: source.names.name(id),
    ...parseProperties(tableSchema, id, properties),
  }));
}

/** The attributes that both CloudFormation and the embedded SQS know; encryption means nothing here. */
const QUEUE_ATTRIBUTES = [
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
];

/** The queues, each after the dead-letter queue that it names. */
export function readQueues(source: DeploymentSource): QueueDefinition[] {
  const queues = [...resourcesOf(source, 'AWS::SQS::Queue')].map(({ id, properties }) => ({
    name: source.names.name(id),
    attributes: Object.fromEntries(
      QUEUE_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => {
        const value = properties[name];
        return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
      }),
    ),
  }));
  const redrives = (queue: QueueDefinition) => Number('RedrivePolicy' in queue.attributes);
  return queues.sort((a, b) => redrives(a) - redrives(b));
}

/** Names of the secrets. */
export function readSecrets(source: DeploymentSource): string[] {
  return [...resourcesOf(source, 'AWS::SecretsManager::Secret')].map(({ id }) => source.names.name(id));
}

const rotationSchema = z.object({
  SecretId: z.string(),
  RotationLambdaARN: z.string(),
  RotationRules: z.record(z.string(), z.unknown()).optional(),
});

/** How secrets are rotated, by the secret's ARN. */
export function readRotations(source: DeploymentSource): Map<string, Rotation> {
  return new Map(
    [...resourcesOf(source, 'AWS::SecretsManager::RotationSchedule')].map(({ id, properties }) => {
      const { SecretId, RotationLambdaARN, RotationRules } = parseProperties(rotationSchema, id, properties);
      return [SecretId, { lambdaArn: RotationLambdaARN, rules: RotationRules }];
    }),
  );
}

const functionSchema = z.object({
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
});

const invokeConfigSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.number().default(2),
  MaximumEventAgeInSeconds: z.number().default(21_600),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

/** Where the CDK writes the path of what a resource runs, below the assembly. */
export const ASSET_PATH = 'aws:asset:path';

/** The functions that have a bundle; CDK's own custom resource providers do no work here. */
export function readFunctions(source: DeploymentSource): FunctionDefinition[] {
  const configs = new Map(
    [...resourcesOf(source, 'AWS::Lambda::EventInvokeConfig')].map(({ id, properties }) => {
      const config = parseProperties(invokeConfigSchema, id, properties);
      return [config.FunctionName, config];
    }),
  );
  return [...resourcesOf(source, 'AWS::Lambda::Function')]
    .filter(({ id }) => !id.includes('CustomResourceProvider'))
    .map(({ id, resource, properties }): FunctionDefinition => {
      const name = source.names.name(id);
      const asset = resource.Metadata?.[ASSET_PATH];
      if (typeof asset !== 'string') throw new TemplateError(`The function ${id} has no bundle to run.`);
      const parsed = parseProperties(functionSchema, id, properties);
      const config = configs.get(name);
      return {
        name,
        title: String(resource.Metadata?.[FUNCTION_METADATA_KEY] ?? name),
        arn: source.names.arn(id) ?? name,
        codeDir: join(source.synthesized.assetsDir, asset),
        handler: parsed.Handler,
        environment: parsed.Environment?.Variables ?? {},
        timeoutMs: parsed.Timeout * 1000,
        memoryMb: parsed.MemorySize,
        reservedConcurrency: parsed.ReservedConcurrentExecutions,
        asyncInvoke: {
          maximumRetryAttempts: config?.MaximumRetryAttempts ?? 2,
          maximumEventAgeMs: (config?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
          onFailureQueue: config?.DestinationConfig?.OnFailure?.Destination.split(':').at(-1),
        },
      };
    });
}

const scheduleSchema = z.object({
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.looseObject({ Mode: z.string() }),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string(), Input: z.string().optional() }),
});

export function readSchedules(source: DeploymentSource): ScheduleDefinition[] {
  return [...resourcesOf(source, 'AWS::Scheduler::Schedule')].map(({ id, properties }) => ({
    Name: source.names.name(id),
    ...parseProperties(scheduleSchema, id, properties),
  }));
}

/** ARNs of the functions that a deployment invokes once (`Custom::Trigger`): the first sync. */
export function readTriggers(source: DeploymentSource): string[] {
  const schema = z.object({ HandlerArn: z.string() });
  return [...resourcesOf(source, 'Custom::Trigger')].map(
    ({ id, properties }) => parseProperties(schema, id, properties).HandlerArn,
  );
}

/**
 * The value of a stack output.
 *
 * @throws TemplateError when the stack has none of that name.
 */
export function requireOutput(source: DeploymentSource, name: string): string {
  const output = source.synthesized.template.Outputs[name];
  if (output === undefined)
    throw new TemplateError(`The stack has no output ${name}, which npm start needs.`);
  return String(source.resolver.resolve(output.Value, `The output ${name}`));
}
