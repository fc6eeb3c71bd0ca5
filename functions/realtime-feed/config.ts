import * as z from 'zod';
import { booleanText, integerText } from '#core/environment.ts';
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

/** The environment of `realtime-feed`. The ranges are those of the settings, checked once more. */
export const envSchema = healthEnvSchema.extend({
  TABLE_NAME: z.string().min(1),
  TOKEN_SECRET_ID: z.string().min(1),
  SKILL_SYNC_FUNCTION_NAME: z.string().min(1),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_WS_ENABLED: booleanText,
  ATOM_SAAS_WS_URL: z
    .string()
    .refine(mayCarryToken, 'must be a wss:// address (ws:// on loopback) without user, query or fragment'),
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: integerText(0, 100),
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: integerText(10, 120),
  ATOM_SAAS_CACHE_TTL_HOURS: integerText(1, 168),
  ATOM_SAAS_CONFLICT_STRATEGY: z.enum(['remote_wins', 'local_wins', 'merge', 'manual']),
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
    ttlMs: env.ATOM_SAAS_CACHE_TTL_HOURS * 3_600_000,
  };
}
