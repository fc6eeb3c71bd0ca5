import * as z from 'zod';
import { ConflictStrategy } from '#core/conflicts/conflict-strategy.ts';
import { booleanText, rangedText } from '#core/environment.ts';
import type { FeedOptions } from './serve-feed.ts';

/** The token is in the address: in clear it may only go to this computer itself. */
function mayCarryToken(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || /[\s?#]/.test(text)) return false;
  const isLoopback =
    url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(\.\d+){3}$/.test(url.hostname);
  return url.protocol === 'wss:' || (url.protocol === 'ws:' && isLoopback);
}

/** The environment of `realtime-feed`. */
export const envSchema = z.object({
  TABLE_NAME: z.string().min(1),
  TOKEN_SECRET_ID: z.string().min(1),
  SKILL_SYNC_FUNCTION_NAME: z.string().min(1),
  ATOM_SAAS_ENABLED: booleanText,
  ATOM_SAAS_WS_ENABLED: booleanText,
  ATOM_SAAS_WS_URL: z
    .string()
    .refine(mayCarryToken, 'must be a wss:// address (ws:// on loopback) without user, query or fragment'),
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: rangedText('ATOM_SAAS_WS_RECONNECT_ATTEMPTS'),
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: rangedText('ATOM_SAAS_WS_HEARTBEAT_INTERVAL'),
  ATOM_SAAS_CACHE_TTL_HOURS: rangedText('ATOM_SAAS_CACHE_TTL_HOURS'),
  ATOM_SAAS_CONFLICT_STRATEGY: z.enum(ConflictStrategy),
});

export type EnvVars = Record<keyof z.input<typeof envSchema>, string>;

/** The parsed environment in the units and shapes that the code works with. */
export function feedOptions(env: z.output<typeof envSchema>): FeedOptions {
  return {
    isEnabled: env.ATOM_SAAS_ENABLED && env.ATOM_SAAS_WS_ENABLED,
    maxAttempts: env.ATOM_SAAS_WS_RECONNECT_ATTEMPTS,
    heartbeatMs: env.ATOM_SAAS_WS_HEARTBEAT_INTERVAL * 1_000,
    ttlMs: env.ATOM_SAAS_CACHE_TTL_HOURS * 3_600_000,
  };
}
