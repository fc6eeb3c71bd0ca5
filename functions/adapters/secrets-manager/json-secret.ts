import type * as z from 'zod';
import { parseIfJson } from '#core/json/json.ts';
import type { SecretSource } from '#core/secret-source.ts';
import { createSecretSource, type SecretSourceDeps } from './secret-source.ts';

type JsonSecretDeps<T> = Omit<SecretSourceDeps<T>, 'read'> & {
  /** What the JSON in it has to be. */
  readonly schema: z.ZodType<T>;
};

/**
 * Makes the port that reads a secret which holds JSON, `{"api_key": "…"}`. It has the cache of `createSecretSource`.
 *
 * The returned function throws SecretUnavailableError, or what `unavailable` makes, when the secret can't be read or is
 * no JSON of this form.
 *
 * @example
 * const key = createJsonSecret({
 *   client: new SecretsManagerClient(), secretId: env.ANTHROPIC_SECRET_ID, now: Date.now, log,
 *   content: 'key of Claude’s API', remedy: 'Put it into the secret of the stack’s output AnthropicSecretArn.',
 *   schema: z.object({ api_key: z.string() }),
 * });
 */
export function createJsonSecret<T>({ schema, ...deps }: JsonSecretDeps<T>): SecretSource<T> {
  return createSecretSource({ ...deps, read: (text) => schema.safeParse(parseIfJson(text.trim())).data });
}
