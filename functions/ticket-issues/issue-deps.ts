import type { IssueFacts } from '#core/issues/issue.ts';
import type { IssueGenerations } from '#core/issues/issue-generation.ts';
import type { IssueRecords } from '#core/issues/issue-records.ts';
import type { Log } from '#core/log.ts';
import type { SpendLedger } from '#core/tickets/spend-ledger.ts';
import type { TicketSyncStates } from '#core/tickets/sync-state.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import type { WebhookOutbox } from '#core/tickets/webhook/webhook-event.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import type { LabelContext, LabelInput } from './label-deps.ts';

export type IssueSettings = {
  /** The Zendesk account that the tickets are of. */
  readonly subdomain: string;
  /** How fine issues are: `TICKET_CLUSTER_RESOLUTION`. */
  readonly resolution: number;
  /** So many people an issue needs to be listed: `TICKET_MIN_CLUSTER_REQUESTERS`. */
  readonly minRequesters: number;
};

/** What the function works with. */
export type IssueDeps = {
  readonly tickets: Pick<TicketStore, 'revisions' | 'getMany'>;
  readonly syncStates: Pick<TicketSyncStates, 'read'>;
  readonly generations: IssueGenerations;
  readonly records: IssueRecords;
  readonly ledger: Pick<SpendLedger, 'read'>;
  /** The stage `label`. @returns the facts that it has changed, by issue */
  readonly label: (context: LabelContext, input: LabelInput) => Promise<ReadonlyMap<string, IssueFacts>>;
  /** Where incidents, issues and digests are told of. @default - nowhere */
  readonly outbox?: WebhookOutbox | undefined;
  readonly settings: IssueSettings;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
};
