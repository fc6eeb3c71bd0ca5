import * as z from 'zod';
import { ConflictStrategy } from '#core/conflicts/conflict-strategy.ts';
import { booleanText, rangedText } from '#core/environment.ts';
import { storeVariables } from '#core/function-variables.ts';
import type { FeedOptions } from './ports.ts';

/** The token is in the address: in clear it may only go to this computer itself. */
function mayCarryToken(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || /[\s?#]/.test(text)) return false;
  const isLoopback =
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  return url.protocol === 'wss:' || (url.protocol === 'ws:' && isLoopback);
}

/** The part of the environment that the health check reads: whatever else is wrong, it has to answer. */
export const healthEnvSchema = z.object({
  /** Written while the feed is alive. Default `/tmp/feed-health`. */
  FEED_HEALTH_FILE: z.string().min(1).default('/tmp/feed-health'),
});

/** The environment of `realtime-feed`. */
export const envSchema = healthEnvSchema.extend({
  ...storeVariables,
  SKILL_SYNC_FUNCTION_NAME: z.string().min(1),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_WS_ENABLED: booleanText,
  ATOM_SAAS_WS_URL: z
    .string()
    .refine(mayCarryToken, 'must be a wss:// address (ws:// on loopback) without user, query or fragment'),
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: rangedText('ATOM_SAAS_WS_RECONNECT_ATTEMPTS'),
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: rangedText('ATOM_SAAS_WS_HEARTBEAT_INTERVAL'),
  ATOM_SAAS_WS_GATHER_SECONDS: rangedText('ATOM_SAAS_WS_GATHER_SECONDS'),
  ATOM_SAAS_CACHE_TTL_HOURS: rangedText('ATOM_SAAS_CACHE_TTL_HOURS'),
  ATOM_SAAS_CONFLICT_STRATEGY: z.enum(ConflictStrategy),
  /** Only where another API stands for Lambda's: the local run. The SDK reads the like by itself. */
  AWS_ENDPOINT_URL_LAMBDA: z.url().optional(),
});

export type FeedEnv = z.output<typeof envSchema>;

/** What the stack has to set. */
export type EnvVars = Record<
  Exclude<keyof z.input<typeof envSchema>, 'AWS_ENDPOINT_URL_LAMBDA' | 'FEED_HEALTH_FILE'>,
  string
>;

/** The parsed environment in the units and shapes that the code works with. */
export function feedOptions(env: FeedEnv): FeedOptions {
  return {
    isEnabled: env.ATOM_SAAS_ENABLED && env.ATOM_SAAS_WS_ENABLED,
    maxAttempts: env.ATOM_SAAS_WS_RECONNECT_ATTEMPTS,
    heartbeatMs: env.ATOM_SAAS_WS_HEARTBEAT_INTERVAL * 1_000,
    gatherMs: env.ATOM_SAAS_WS_GATHER_SECONDS * 1_000,
    ttlMs: env.ATOM_SAAS_CACHE_TTL_HOURS * 3_600_000,
  };
}
