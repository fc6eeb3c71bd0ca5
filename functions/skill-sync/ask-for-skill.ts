import { MarketplaceRefusedError } from '#core/errors.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';

type AskDeps = { readonly marketplace: Pick<Marketplace, 'getSkill'>; readonly signal: AbortSignal };

/**
 * Asks for one skill by its id, as a listing would show it: without the ratings, which only this answer has and which
 * would make another version of it.
 *
 * @returns undefined when the marketplace does not have it, or can't be asked for one: then the listing is the only word
 */
export async function askForSkill(
  { marketplace, signal }: AskDeps,
  skillId: string,
): Promise<{ readonly record: unknown; readonly requestedAt: number } | undefined> {
  try {
    const found = await marketplace.getSkill(skillId, signal);
    return found && { ...found, record: withoutRatings(found.record) };
  } catch (error) {
    if (error instanceof MarketplaceRefusedError) return undefined;
    throw error;
  }
}

function withoutRatings(record: unknown): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record;
  const { ratings, ...listed } = record as Record<string, unknown>;
  return listed;
}
