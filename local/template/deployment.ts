import { z } from 'zod';
import type { Synthesized, TemplateResource } from '#lib/synthesize.ts';
import { TemplateError } from '#local/errors.ts';
import { PLACE } from '#local/services/place.ts';
import { type Addresses, createResourceNames, type ResourceNames } from './resource-names.ts';
import { createResolver, type Resolver } from './template.ts';

/** Reads definitions out of a synthesized stack, names and intrinsics resolved. */
export type DeploymentSource = {
  readonly synthesized: Synthesized;
  readonly names: ResourceNames;
  readonly resolver: Resolver;
};

/** A synthesized stack as it is on this computer. */
export function sourceOf(
  synthesized: Synthesized,
  stackName: string,
  addresses: Addresses,
): DeploymentSource {
  const { template } = synthesized;
  const pseudo = { ...PLACE, stackName };
  const names = createResourceNames(template, pseudo, addresses);
  return { synthesized, names, resolver: createResolver(template, pseudo, names) };
}

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

/** Where the CDK writes the path of what a resource runs, below the assembly. */
export const ASSET_PATH = 'aws:asset:path';

/**
 * The value of a stack output.
 *
 * @throws TemplateError when the stack has none of that name.
 */
export function requireOutput(source: DeploymentSource, name: string): string {
  const value = findOutput(source, name);
  if (value === undefined) throw new TemplateError(`The stack has no output ${name}, which npm start needs.`);
  return value;
}

/** The value of a stack output; undefined where the stack has none of that name. */
export function findOutput(source: DeploymentSource, name: string): string | undefined {
  const output = source.synthesized.template.Outputs[name];
  return output && String(source.resolver.resolve(output.Value, `The output ${name}`));
}
