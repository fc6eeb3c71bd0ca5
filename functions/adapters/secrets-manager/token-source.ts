import { SecretUnavailableError, TokenUnavailableError } from '#core/errors.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import {
  readToken,
  readTokenLife,
  TOKEN_REMEDY,
  type TokenLife,
} from '#core/marketplace/marketplace-token.ts';
import { createSecretSource, type SecretSourceDeps } from './secret-source.ts';

type TokenSourceDeps = Pick<SecretSourceDeps<string>, 'client' | 'secretId' | 'now' | 'cacheMs' | 'log'> & {
  /**
   * Called with each reading of the secret: from when to when its token lives, as far as that is known.
   * @default - nobody is told
   */
  readonly onRead?: (life: TokenLife) => void;
};

/**
 * Makes the port that reads the marketplace's token from Secrets Manager. The secret holds either
 * `{"token": "…"}` or the bare token.
 *
 * The returned function throws TokenUnavailableError when the secret holds no token, and SecretUnavailableError when it
 * can't be read: a new stack is without a token until somebody puts one in, but nobody waits for a secret to be readable.
 *
 * @example const token = createTokenSource({ client: new SecretsManagerClient(), secretId: 'atom-sync/token', now: Date.now, log });
 */
export function createTokenSource({ onRead, ...deps }: TokenSourceDeps): TokenSource {
  return createSecretSource({
    ...deps,
    content: 'marketplace token',
    remedy: TOKEN_REMEDY,
    read: (text) => {
      onRead?.(readTokenLife(text));
      return readToken(text);
    },
    unavailable: (message, options) =>
      options?.cause === undefined
        ? new TokenUnavailableError(message, options)
        : new SecretUnavailableError(message, options),
  });
}
