import { serveFromWorker } from '#local/services/worker-service.ts';
import { DEFAULT_SUBDOMAIN } from './account.ts';
import { loadTicketFile } from './files/ticket-file.ts';
import { startZendesk } from './server.ts';
import { UnknownTicketError } from './tickets/apply-operation.ts';
import type { TicketOperation } from './tickets/ticket-operation.ts';
import { openZendeskJournal } from './zendesk-journal.ts';

/** What the worker is started with. */
export type ZendeskWorkerData = {
  /** File that the tickets' beginning and their changes are kept in. */
  readonly journalPath: string;
  /** How many tickets are generated, or the file that they come from. */
  readonly tickets: number | string;
  /** How often a ticket comes in once the system is ready; 0 = never. */
  readonly arrivalEveryMs: number;
  /** Default 'atom'. */
  readonly subdomain?: string;
  /** Real delay before every answer. Default 0. */
  readonly latencyMs?: number;
  /** Incremental exports a minute. Default 10, as Zendesk. */
  readonly incrementalPerMinute?: number | 'off';
};

/** Where a running Zendesk is, and an OAuth client that it knows. */
export type ZendeskFacts = {
  readonly url: string;
  readonly subdomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

const SEED = 1;

await serveFromWorker<ZendeskWorkerData, ZendeskFacts>(async (data) => {
  const { tickets, arrivalEveryMs, subdomain = DEFAULT_SUBDOMAIN, latencyMs = 0 } = data;
  const { incrementalPerMinute = 10 } = data;
  const journal = openZendeskJournal(data.journalPath, { seed: SEED, subdomain, tickets }, Date.now());
  let isReplayed = false;
  const zendesk = await startZendesk({
    seed: SEED,
    subdomain,
    tickets: typeof tickets === 'number' ? tickets : loadTicketFile(tickets, journal.generatedAtMs),
    generatedAtMs: journal.generatedAtMs,
    settings: { latencyMs, incrementalPerMinute },
    onOperation: (_, operation) => {
      if (isReplayed) journal.note(operation);
    },
  });
  for (const operation of journal.operations) replay(zendesk.operate, operation);
  isReplayed = true;
  const timers: NodeJS.Timeout[] = [];
  const { url, clientId, clientSecret } = zendesk;
  return {
    facts: { url, subdomain, clientId, clientSecret },
    onSystemReady: () => {
      if (arrivalEveryMs > 0)
        timers.push(setInterval(() => zendesk.operate({ op: 'arrive' }), arrivalEveryMs));
    },
    close: async () => {
      timers.forEach(clearInterval);
      await zendesk.close();
      journal.close();
    },
  };
});

/** A newer version may generate fewer tickets: what happened to one that is no more is left out. */
function replay(operate: (operation: TicketOperation) => number[], operation: TicketOperation): void {
  try {
    operate(operation);
  } catch (error) {
    if (!(error instanceof UnknownTicketError)) throw error;
  }
}
