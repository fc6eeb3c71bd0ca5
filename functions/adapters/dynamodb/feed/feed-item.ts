import * as z from 'zod';
import type { Changes } from '#adapters/dynamodb/table/expression.ts';
import { type LeaseItem, leaseAttributes } from '#adapters/dynamodb/table/lease.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { type FeedControl, type FeedReport, type FeedState, FeedStatus } from '#core/feed/feed-state.ts';

/** The key of the one item that holds the feed's lease, its last report, and what an operator asked for. */
export const FEED_KEY: Key = { pk: 'FEED', sk: 'STATE' };
/** The lease in it. */
export const FEED_LEASE: LeaseItem = { key: FEED_KEY, holderAttribute: 'holder' };

const count = z.int().nonnegative().catch(0);

/** A report as it was written. What an older version did not count yet is 0. */
const storedReport = z.object({
  status: z.enum(FeedStatus),
  connected: z.boolean(),
  lastConnectedAt: z.number().optional(),
  lastMessageAt: z.number().optional(),
  reconnectAttempts: count,
  consecutiveFailures: count,
  fallbackToPolling: z.boolean(),
  disconnectReason: z.string().optional(),
  lastCatchUpAt: z.number().optional(),
  reconnectsTotal: count,
  messagesTotal: z.object({
    skill_update: count,
    category_update: count,
    rating_update: count,
    skill_delete: count,
  }),
  rejectedTotal: count,
  fallbackSecondsTotal: count,
  gathering: z.object({ since: z.number(), held: count }).optional().catch(undefined),
  writeBudget: z.object({ tokens: z.number().nonnegative(), at: z.number() }).optional().catch(undefined),
});

/** The state in an item. A feed that nobody has touched is allowed to run and has never reported. */
export function readFeedState(row: Row | undefined): FeedState {
  const report = storedReport.safeParse(row?.report);
  return {
    report: report.success ? report.data : undefined,
    reportedAt: numberOf(row?.reportedAt),
    leaseUntil: numberOf(row?.leaseUntil),
    control: {
      enabled: row?.enabled !== false,
      ...(typeof row?.reconnectRequestedAt === 'number'
        ? { reconnectRequestedAt: row.reconnectRequestedAt }
        : {}),
    },
  };
}

/** What a renewal writes: the lease, and the report where there is one. */
export function renewalChanges(now: number, leaseMs: number, report: FeedReport | undefined) {
  return {
    set: { leaseUntil: now + leaseMs, report, reportedAt: report === undefined ? undefined : now },
  } satisfies Changes;
}

/** What giving the lease back writes. */
export function releaseChanges(now: number, report: FeedReport) {
  return {
    set: { report, reportedAt: now },
    remove: leaseAttributes(FEED_LEASE),
  } satisfies Changes;
}

/** What an operator's wish writes. */
export function controlChanges({ enabled, reconnectRequestedAt }: Partial<FeedControl>) {
  return { set: { enabled, reconnectRequestedAt } } satisfies Changes;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
