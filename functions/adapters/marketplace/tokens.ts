import * as z from 'zod';
import { MalformedAnswerError } from '#core/errors.ts';
import { failureFieldOf } from '#core/marketplace/failure-field.ts';
import { isSendable } from '#core/marketplace/marketplace-token.ts';
import type { TokenEndpoints } from '#core/marketplace/rotation-ports.ts';
import { recordId } from '#core/marketplace/wire-fields.ts';
import { categoriesEnvelope, check, segment } from './client.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createMarketplaceHttp, type MarketplaceHttpDeps } from './request.ts';

const issued = z.object({
  token: z.string().refine(isSendable, 'no header can carry it'),
  instance_id: recordId.nullish(),
  // Only an alarm goes by it: it may be anything.
  created_at: z.string().nullish().catch(undefined),
  expires_at: z.string().nullish(),
});

/**
 * Whether a status proves that a token was revoked. Only 204 does, as agreed: any other 2xx may come from whoever says
 * 200 to everything or means to do it later, and a 404 also from a server that has no such call.
 */
const REVOKED = new Map<number, boolean>([
  ...Array.from({ length: 100 }, (_, n) => [200 + n, n === 4] as const),
  [404, false],
  [410, false],
]);
/** Without the look at the secret that a 401 otherwise costs: it is the token given that is asked about. */
const REJECTED = new Map([[401, 'rejected' as const]]);

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
        parse: (json) => parseIssued(json, authenticatedBy, instanceId),
      });
      const { token, created_at, expires_at } = value;
      return { token, issuedAt: timeOf(created_at), expiresAt: timeOf(expires_at) };
    },
    async check(token) {
      const { value } = await as(token).call<'accepted' | 'rejected'>({
        method: 'GET',
        path: '/api/v1/categories',
        // A sign-in page or an error in a 200 accepts nothing.
        parse: (json) => parseAccepted(json),
        answers: REJECTED,
      });
      return value;
    },
    async revoke(token, authenticatedBy) {
      const { value } = await as(authenticatedBy).call({
        method: 'DELETE',
        path: `/api/v1/tokens/${segment(token)}`,
        // The path is a secret.
        shown: 'DELETE /api/v1/tokens/{token}',
        // Not one 2xx is read: see REVOKED.
        parse: () => false,
        answers: REVOKED,
      });
      return value;
    },
  };
}

/** @throws MalformedAnswerError when it is no new token of this instance; the message never quotes one */
function parseIssued(json: unknown, authenticatedBy: string, instanceId: string): z.output<typeof issued> {
  if (failureFieldOf(json) !== undefined) throw noNewToken('it speaks of a failure');
  const answer = check(issued, json);
  if ((answer.instance_id ?? instanceId) !== instanceId) throw noNewToken('it is for another instance');
  if (answer.token === authenticatedBy) throw noNewToken('it is the one that asked');
  return answer;
}

/** Milliseconds since 1970. */
function timeOf(date: string | null | undefined): number | undefined {
  const ms = Date.parse(date ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function noNewToken(fault: string): MalformedAnswerError {
  return new MalformedAnswerError(`its answer brought no new token (${fault})`);
}

function parseAccepted(json: unknown): 'accepted' {
  if (failureFieldOf(json) !== undefined) {
    throw new MalformedAnswerError('its answer had the wrong shape (it speaks of a failure)');
  }
  check(categoriesEnvelope, json);
  return 'accepted';
}
