import * as z from 'zod';
import type { SecretSource } from '#core/secret-source.ts';
import { createJsonSecret } from './json-secret.ts';
import type { SecretSourceDeps } from './secret-source.ts';

/** Reads the key of Claude's API from its secret; empty until an operator puts it in. */
export function createAnthropicKey(
  deps: Pick<SecretSourceDeps<unknown>, 'client' | 'now' | 'log' | 'secretId'>,
): SecretSource<string> {
  const read = createJsonSecret({
    ...deps,
    content: 'key of Claude’s API',
    remedy: 'Put {"api_key": "…"} into the secret of the stack’s output AnthropicSecretArn.',
    schema: z.object({ api_key: z.string() }),
  });
  return async (options) => (await read(options)).api_key.trim();
}
