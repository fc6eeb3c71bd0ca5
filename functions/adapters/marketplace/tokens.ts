import * as z from 'zod';
import { isSendable } from '#core/marketplace-token.ts';
import type { TokenEndpoints } from '#core/rotation-ports.ts';
import { check, segment } from './client.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createMarketplaceHttp, type MarketplaceHttpDeps } from './request.ts';

const issued = z.object({
  token: z.string().refine(isSendable, 'no header can carry it'),
  expires_at: z.string().nullish(),
});

/** Statuses that say what became of a token that was to be revoked. */
const REVOKED = new Map([
  [200, true],
  [202, true],
  [204, true],
  [404, false],
]);
/** Without the look at the secret that a 401 otherwise costs: it is the token given that is asked about. */
const REFUSED = new Map([[401, 'refused' as const]]);

/**
 * The marketplace's token endpoints over HTTP, for one rotation. The calls share one limiter, whatever token they use.
 *
 * @throws TypeError when `baseUrl` is no URL or holds a user name or a password
 * @example const tokens = createTokenEndpoints({ baseUrl, fetch, now: Date.now, sleep, random: Math.random, timeoutMs: 30_000, log });
 */
export function createTokenEndpoints(deps: Omit<MarketplaceHttpDeps, 'token'>): TokenEndpoints {
  const limiter = deps.limiter ?? createRateLimiter(deps, deps.limits);
  const as = (token: string) => createMarketplaceHttp({ ...deps, limiter, token: async () => token });
  return {
    async issue({ authenticatedBy, instanceId, description }) {
      const { value } = await as(authenticatedBy).call({
        method: 'POST',
        path: '/api/v1/tokens',
        body: { instance_id: instanceId, description },
        parse: (json) => check(issued, json),
      });
      const expiresAt = Date.parse(value.expires_at ?? '');
      return { token: value.token, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt };
    },
    async check(token) {
      const { value } = await as(token).call<'accepted' | 'refused'>({
        method: 'GET',
        path: '/api/v1/categories',
        parse: () => 'accepted',
        answers: REFUSED,
      });
      return value;
    },
    async revoke(token, authenticatedBy) {
      const { value } = await as(authenticatedBy).call({
        method: 'DELETE',
        path: `/api/v1/tokens/${segment(token)}`,
        // The path is a secret.
        shown: 'DELETE /api/v1/tokens/{token}',
        parse: () => true,
        answers: REVOKED,
      });
      return value;
    },
  };
}
