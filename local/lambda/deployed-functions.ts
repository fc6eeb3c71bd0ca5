import { join } from 'node:path';
import { z } from 'zod';
import { FUNCTION_METADATA_KEY } from '#lib/function-metadata.ts';
import { TemplateError } from '#local/errors.ts';
import {
  ASSET_PATH,
  type DeploymentSource,
  parseProperties,
  resourcesOf,
} from '#local/template/deployment.ts';
import type { FunctionDefinition } from './function-definition.ts';

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

/** ARNs of the functions that a deployment invokes once (`Custom::Trigger`): the first sync. */
export function readTriggers(source: DeploymentSource): string[] {
  const schema = z.object({ HandlerArn: z.string() });
  return [...resourcesOf(source, 'Custom::Trigger')].map(
    ({ id, properties }) => parseProperties(schema, id, properties).HandlerArn,
  );
}
