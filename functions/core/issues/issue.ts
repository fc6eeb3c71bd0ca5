import type { TicketKind } from '#core/tickets/analysis/analysis.ts';
import type { Growth, Trend } from './trends/growth.ts';
import type { SeverityMix } from './trends/issue-score.ts';

/** What an operator made of an issue. */
export const IssueStatus = {
  open: 'open',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
  ignored: 'ignored',
} as const;
export type IssueStatus = (typeof IssueStatus)[keyof typeof IssueStatus];

/** As it is listed: `emerging` is one that is still too small to be an issue. */
export type ShownIssueStatus = IssueStatus | 'emerging';

/** A ticket that shows what an issue is about. */
type IssueExample = {
  readonly ticketId: string;
  readonly line: string;
  readonly language: string | null;
};

/**
 * What is computed of an issue from its tickets, as one generation has it. Counts leave out tickets that were merged
 * into others; times are milliseconds since 1970.
 */
export type IssueSummary = {
  readonly id: string;
  /** Too few tickets or requesters to be listed, and never was more. */
  readonly isEmerging: boolean;
  /** Made of its terms or its most typical ticket: the title as long as neither an operator nor the model gave one. */
  readonly fallbackTitle: string;
  /** What most of its analysed tickets are. */
  readonly kind: TicketKind | null;
  readonly productArea: string | null;
  /** Of the tickets of the window. */
  readonly severityMix: SeverityMix;
  /** All that there are, older than the window, too. */
  readonly ticketsTotal: number;
  readonly tickets7d: number;
  readonly tickets24h: number;
  readonly requesters7d: number;
  readonly growth: Growth;
  readonly trend: Trend;
  readonly score: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The most frequent first. */
  readonly languages: readonly string[];
  readonly representative: string | null;
  /** At most 10, best first. */
  readonly keywords: readonly string[];
  /** At most 12: near the centre, of several people and languages. */
  readonly examples: readonly IssueExample[];
  /** The incident that it bursts in, while that is open. */
  readonly incidentId: string | null;
  /** The days (`2025-11-11`) on which it has tickets, the oldest first. */
  readonly days: readonly string[];
};

/** What Claude called an issue, and what it was made of. */
export type IssueLabel = {
  readonly title: string;
  readonly description: string;
  readonly model: string;
  readonly labelledAt: number;
  /** Fingerprint of the statements: another label is due only when they have become others. */
  readonly basis: string;
};

/**
 * What is kept of an issue besides its tickets: what an operator decided, what the model called it, and when it became
 * what it is. Written by compare-and-swap.
 */
export type IssueFacts = {
  readonly id: string;
  /** Grows by one with each change. An issue of which nothing is kept has 0. */
  readonly version: number;
  readonly status: IssueStatus;
  /** The operator's title; null: the label's, or the fallback. */
  readonly title: string | null;
  readonly owner: string | null;
  readonly note: string | null;
  readonly label: IssueLabel | null;
  /** When it became large enough to be listed; null: it is still emerging. Stays when tickets are deleted. */
  readonly listedAt: number | null;
  readonly resolvedAt: number | null;
  /** When tickets came again after it was resolved. */
  readonly reopenedAt: number | null;
  /** An operator merged another one into it: consolidation keeps it whole. */
  readonly hasMerged: boolean;
};

export const IssueEventType = {
  created: 'created',
  alert: 'alert',
  mergedInto: 'merged_into',
  splitFrom: 'split_from',
  renamed: 'renamed',
  status: 'status',
  reopened: 'reopened',
  closed: 'closed',
  label: 'label',
  owner: 'owner',
  note: 'note',
} as const;
export type IssueEventType = (typeof IssueEventType)[keyof typeof IssueEventType];

/** Something that happened to an issue. Writing one again changes nothing: the id says what it is. */
export type IssueEvent = {
  readonly id: string;
  readonly issueId: string;
  readonly at: number;
  readonly type: IssueEventType;
  /** The operator's subject, or `system`. */
  readonly by: string;
  /** What it is about in short, such as `{"into": "…"}` or `{"from": "open", "to": "resolved"}`. */
  readonly data: Readonly<Record<string, string | number | null>>;
};

/** What an operator decided about which tickets belong together. Numbered from 1 on, in the order of the decisions. */
export type IssueDecision = { readonly number: number; readonly at: number; readonly by: string } & (
  | { readonly type: 'merge'; readonly issue: string; readonly into: string }
  | {
      readonly type: 'split';
      readonly issue: string;
      /** The new issue, and the tickets that go there. */
      readonly into: string;
      readonly tickets: readonly string[];
      /** Those that stayed; never in one issue with the others again. */
      readonly rest: readonly string[];
    }
);
