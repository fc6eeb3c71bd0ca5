import type { JWTPayload } from 'jose';
import { nameInScope } from '#core/governance-level.ts';

/**
 * The names in a token that may be a governance level's: those of the claim that its issuer was said to put them into,
 * and those of the scopes that a machine was given.
 *
 * @param claim the claim's name, or the names on the way to it with dots between: `realm_access.roles`. A claim that has
 *   the whole name, dots included, comes first
 */
export function claimedLevels(payload: JWTPayload, claim: string): string[] {
  return [...namesIn(claimAt(payload, claim)), ...scopedNames(payload)];
}

function claimAt(payload: JWTPayload, claim: string): unknown {
  if (Object.hasOwn(payload, claim)) return payload[claim];
  return claim.split('.').reduce<unknown>(inside, payload);
}

function inside(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** Some issuers write a list, others one text with spaces or commas in it. Whatever is no text names nothing. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/).filter((name) => name !== '');
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** `scope` by the standard; `scp` where an issuer calls it so (Okta, Entra), as API Gateway takes both. */
function scopedNames({ scope, scp }: JWTPayload): string[] {
  return [...namesIn(scope), ...namesIn(scp)].flatMap((one) => nameInScope(one) ?? []);
}
