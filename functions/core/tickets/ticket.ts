/** A ticket as the export of Zendesk says it, read and checked. Times are milliseconds since 1970. */
export type Ticket = {
  /** Digits: an id may be larger than a number holds. */
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When anything about it changed last, the system's own changes included: what orders its versions. */
  readonly generatedAt: number;
  readonly status: TicketStatus;
  readonly priority: TicketPriority | null;
  readonly type: string | null;
  /** How it came in: `email`, `web`, `chat`, … */
  readonly channel: string;
  readonly brandId: string | null;
  readonly formId: string | null;
  readonly tags: readonly string[];
  readonly requesterId: string | null;
  readonly subject: string | null;
  /** The plain text of its first comment. */
  readonly description: string | null;
  /** The ticket that this one was merged into, where it was. */
  readonly mergedInto: string | null;
};

export const TicketStatus = {
  new: 'new',
  open: 'open',
  pending: 'pending',
  hold: 'hold',
  solved: 'solved',
  closed: 'closed',
  /** Soft or for good, as spam too: our copy goes. It may come back within 30 days. */
  deleted: 'deleted',
} as const;
export type TicketStatus = (typeof TicketStatus)[keyof typeof TicketStatus];

export const TicketPriority = { urgent: 'urgent', high: 'high', normal: 'normal', low: 'low' } as const;
export type TicketPriority = (typeof TicketPriority)[keyof typeof TicketPriority];
