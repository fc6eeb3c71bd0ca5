import type { Account } from './account.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults/faults.ts';
import type { ZendeskSettings } from './settings.ts';
import type { Recorder } from './stats.ts';
import type { TicketOperation } from './tickets/ticket-operation.ts';

/** Everything that a running simulator consists of. */
export type World = {
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** By subdomain; the first is the one that is meant when none is named. */
  readonly accounts: ReadonlyMap<string, Account>;
  readonly settings: ZendeskSettings;
  readonly faults: Faults;
  readonly recorder: Recorder;
  /** Applies an operation to an account and lets the journal know; answers the ids of the tickets. */
  operate(account: Account, operation: TicketOperation): number[];
};
