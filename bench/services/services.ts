import { MeasurementError } from '#bench/report/errors.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { type ChildService, startChildService } from './child-service.ts';
import { control } from './control.ts';

/** Where a dynalite answers. */
export type DynamodbEndpoint = { readonly endpoint: string };

/** Starts a marketplace with so many skills, of 2.2 KB each on average. */
export function startMarketplaceProcess(skills: number): Promise<ChildService<MarketplaceFacts>> {
  const settings = { SKILLS: String(skills), PORT: '0', LIMITS: 'off' };
  return startChildService(new URL('../../local/marketplace/main.ts', import.meta.url), settings);
}

/** Starts an empty dynalite, in memory. */
export function startDynamodbProcess(): Promise<ChildService<DynamodbEndpoint>> {
  return startChildService(new URL('./dynamodb-server.ts', import.meta.url));
}

/** A Zendesk account, and an OAuth client that it knows. */
export type ZendeskProcessFacts = {
  readonly url: string;
  readonly subdomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** Starts a Zendesk with so many generated tickets. @param perMinute exports that it allows in a minute */
export function startZendeskProcess(
  tickets: number,
  perMinute: number | 'off',
): Promise<ChildService<ZendeskProcessFacts>> {
  const settings = { TICKETS: String(tickets), PORT: '0', INCREMENTAL_PER_MINUTE: String(perMinute) };
  return startChildService(new URL('../../local/zendesk/main.ts', import.meta.url), settings);
}

/** Where a Claude stand-in answers, and the key that it takes. */
export type ClaudeProcessFacts = { readonly url: string; readonly apiKey: string };

/** Starts a Claude stand-in that takes so long for each answer, and two seconds for a batch. */
export function startClaudeProcess(latencyMs: number): Promise<ChildService<ClaudeProcessFacts>> {
  const settings = { PORT: '0', LATENCY_MS: String(latencyMs), BATCH_SECONDS: '2', API_KEY: 'bench-key' };
  return startChildService(new URL('../../local/claude/main.ts', import.meta.url), settings);
}

/** Edits the first so many skills of the listing, without a word over the feed. */
export async function editSkills(marketplace: MarketplaceFacts, count: number): Promise<void> {
  const ops = Array.from({ length: count }, (_, index) => ({ op: 'edit', index, quiet: true }));
  const { applied } = await control<{ applied?: number }>(marketplace, 'POST', '/catalog/ops', { ops });
  if (applied !== count)
    throw new MeasurementError(`The marketplace edited ${applied} skills instead of ${count}.`);
}
