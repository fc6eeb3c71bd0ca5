import { serveFromWorker } from '#local/services/worker-service.ts';
import { type MarketplaceJournal, openMarketplaceJournal } from './marketplace-journal.ts';
import { startMarketplace } from './server.ts';

/** What the worker is started with. */
export type MarketplaceWorkerData = {
  /** File that the catalogue's changes are kept in. */
  readonly journalPath: string;
  readonly skills: number;
  /** How often one skill changes once the system is ready, so that the first sync has a round number; 0 = never. */
  readonly changeEveryMs: number;
  /** Real delay before every answer. */
  readonly latencyMs: number;
};

/** Addresses of a running marketplace, and a token that it accepts. */
export type MarketplaceFacts = { readonly url: string; readonly wsUrl: string; readonly token: string };

await serveFromWorker<MarketplaceWorkerData, MarketplaceFacts>(async (data) => {
  const { skills, latencyMs, changeEveryMs } = data;
  let journal: MarketplaceJournal | undefined;
  const onChange = (skillId: string) => journal?.note(skillId);
  const marketplace = await startMarketplace({ skills, latencyMs, onChange });
  journal = openMarketplaceJournal(data.journalPath, marketplace.catalog);
  const timers: NodeJS.Timeout[] = [];
  const { url, wsUrl, token } = marketplace;
  return {
    facts: { url, wsUrl, token },
    onSystemReady: () => {
      if (changeEveryMs > 0) timers.push(setInterval(() => marketplace.churn(1), changeEveryMs));
    },
    close: async () => {
      timers.forEach(clearInterval);
      await marketplace.close();
      journal.close();
    },
  };
});
