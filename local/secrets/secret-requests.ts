import { z } from 'zod';
import { SecretsManagerError } from './secret-versions.ts';

const token = z.string().min(32).max(64);
const value = { SecretString: z.string().optional(), SecretBinary: z.string().optional() };
const secretId = { SecretId: z.string().min(1) };

/** The inputs of the calls that the stand-in knows. */
const requests = {
  CreateSecret: z.object({
    Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
    Description: z.string().optional(),
    ClientRequestToken: token.optional(),
    ...value,
  }),
  GetSecretValue: z.object({
    ...secretId,
    VersionId: z.string().optional(),
    VersionStage: z.string().optional(),
  }),
  PutSecretValue: z.object({
    ...secretId,
    ...value,
    ClientRequestToken: token.optional(),
    VersionStages: z.array(z.string()).min(1).optional(),
  }),
  DescribeSecret: z.object(secretId),
  ListSecretVersionIds: z.object({ ...secretId, IncludeDeprecated: z.boolean().optional() }),
  UpdateSecretVersionStage: z.object({
    ...secretId,
    VersionStage: z.string(),
    RemoveFromVersionId: z.string().optional(),
    MoveToVersionId: z.string().optional(),
  }),
  RotateSecret: z.object({
    ...secretId,
    ClientRequestToken: token.optional(),
    RotationLambdaARN: z.string().optional(),
    RotationRules: z.record(z.string(), z.unknown()).optional(),
    RotateImmediately: z.boolean().optional(),
  }),
};

/** A call of the service, by its name. */
export type Operation = keyof typeof requests;
/** What a call is given. */
export type Input<O extends Operation> = z.output<(typeof requests)[O]>;

/** Whether the stand-in knows a call. */
export function isOperation(name: string): name is Operation {
  return Object.hasOwn(requests, name);
}

/**
 * The input of a call, checked.
 *
 * @throws SecretsManagerError `InvalidParameterException`
 */
export function parseInput<O extends Operation>(operation: O, input: unknown): Input<O> {
  const parsed = requests[operation].safeParse(input);
  if (!parsed.success) {
    throw new SecretsManagerError('InvalidParameterException', z.prettifyError(parsed.error));
  }
  // The compiler can't see that the schema found under a key makes the input of that key.
  return parsed.data as Input<O>;
}
