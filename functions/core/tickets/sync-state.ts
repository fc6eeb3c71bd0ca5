/** How far the copy of one Zendesk account is. Times are milliseconds since 1970. */
export type TicketSyncState = {
  readonly subdomain: string;
  /** Where the export goes on; undefined before the first page. Opaque. */
  readonly cursor?: string | undefined;
  /** Where an export without a cursor begins. */
  readonly startTime: number;
  /**
   * Every ticket that was written since then comes in, however long ago it changed; older ones are here only where they
   * changed later. Undefined: not known.
   */
  readonly completeSince?: number | undefined;
  /** The newest change that was seen: where to begin again when the cursor is lost. */
  readonly lastGeneratedAt?: number | undefined;
  /** When the export was at its end last: how old the copy is. */
  readonly completedAt?: number | undefined;
  /** When Zendesk was called lately, so that the limit of a minute holds over invocations. */
  readonly requestTimes: readonly number[];
  /** Zendesk asked not to be called before this. */
  readonly pausedUntil?: number | undefined;
  /** How many tickets a page had lately: fewer than the setting says where so many were too much for Zendesk. */
  readonly pageSize?: number | undefined;
  /** Tickets that could not be taken, to be tried again by the next run. */
  readonly failedTickets: readonly FailedTicket[];
};

export type FailedTicket = { readonly id: string; readonly code: string; readonly message: string };

export type TicketSyncStates = {
  /** The subdomain that the copy belongs to; undefined while there is none. */
  account(): Promise<string | undefined>;
  read(subdomain: string): Promise<TicketSyncState | undefined>;
  /** Writes the state, and that the copy belongs to its subdomain. @throws LeaseLostError under an older fence */
  write(state: TicketSyncState, fence: number): Promise<void>;
  /** Forgets which account the copy belongs to, and where its export was: the next run begins anew. */
  reset(): Promise<void>;
};
