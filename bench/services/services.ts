import { MeasurementError } from '#bench/report/errors.ts';
import type { MarketplaceFacts } from '#local/marketplace/marketplace-worker.ts';
import { type ChildService, startChildService } from './child-service.ts';

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

/** Edits the first so many skills of the listing, without a word over the feed. */
export async function editSkills({ url }: MarketplaceFacts, count: number): Promise<void> {
  const ops = Array.from({ length: count }, (_, index) => ({ op: 'edit', index, quiet: true }));
  const response = await fetch(`${url}/__control/catalog/ops`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ops }),
  });
  const { applied } = (await response.json()) as { applied?: number };
  if (applied !== count)
    throw new MeasurementError(`The marketplace edited ${applied} skills instead of ${count}.`);
}
