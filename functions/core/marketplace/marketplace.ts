import type { SecretSource } from '#core/secret-source.ts';
/** One page of the skills listing. Its records are as they came off the wire: validated one by one by the core. */
export type SkillPage = {
  readonly records: readonly unknown[];
  readonly page: number;
  /** The page size that the server applied, which may be smaller than what was asked for. */
  readonly pageSize: number;
  readonly total: number;
  readonly totalPages: number;
  /** When the request for it left (ms since 1970): what the page says is at least as new as this. */
  readonly requestedAt: number;
};

/**
 * The marketplace. Each call obeys the marketplace's limits and retries what can be retried. A `signal` that aborts ends
 * waits and requests at once.
 *
 * @throws MarketplaceUnavailableError | MalformedAnswerError | RateLimitedError when the retries are used up, or when
 *   the marketplace asks for a wait that does not fit into the invocation (`retryAfterMs`)
 * @throws MarketplaceAuthError | MarketplaceRefusedError when no retry helps
 * @throws TokenUnavailableError when there is no token to call with, SecretUnavailableError when its secret can't be read
 * @throws OutOfTimeError when the invocation's time is over; the rest is for another one
 * @throws the signal's reason
 */
export type Marketplace = {
  listCategories(signal?: AbortSignal): Promise<{ records: readonly unknown[]; requestedAt: number }>;
  listSkills(page: number, pageSize: number, signal?: AbortSignal): Promise<SkillPage>;
  /** One skill as it came off the wire, or undefined when the marketplace does not know it (404). */
  getSkill(
    skillId: string,
    signal?: AbortSignal,
  ): Promise<{ record: unknown; requestedAt: number } | undefined>;
};

/** Reads the marketplace's token. `renew: true` bypasses the cache: after a 401. */
export type TokenSource = SecretSource<string>;
