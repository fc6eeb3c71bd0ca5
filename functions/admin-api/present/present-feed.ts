import * as z from 'zod';
import {
  FEED_MESSAGE_TYPES,
  type FeedReport,
  type FeedState,
  FeedStatus,
  isConnected,
  isHeld,
} from '#core/feed/feed-state.ts';
import { isoFromMs } from '#core/time/instant.ts';
import type { ApiSettings } from '#functions/admin-api/ports.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, time } from './wire-schemas.ts';

/** What can be said of the feed beside what its task says: it can't speak for its own absence. */
const ABSENT_STATUSES = ['not_running', 'not_deployed'] as const;

const messageTotals = z.object(
  Object.fromEntries(FEED_MESSAGE_TYPES.map((type) => [type, count])) as Record<
    (typeof FEED_MESSAGE_TYPES)[number],
    typeof count
  >,
);

/** The feed in the status of the sync. */
export const wireFeedSummary = z.object({
  connected: z.boolean(),
  last_connected_at: nullableTime,
  last_message_at: nullableTime,
  fallback_to_polling: z
    .boolean()
    .meta({ description: 'It failed three times in a row: the polls alone keep the cache fresh.' }),
  reconnect_attempts: count,
});

export const wireFeed = wireFeedSummary.extend({
  status: z.enum([...Object.values(FeedStatus), ...ABSENT_STATUSES]).meta({
    description:
      '`polling_only`: its attempts are used up, it tries again within the hour. `not_running`: no task holds ' +
      'the feed. `not_deployed`: this deployment has none.',
    examples: [FeedStatus.open],
  }),
  enabled: z.boolean().meta({ description: 'What an operator wants; `status` tells what is.' }),
  reconnect_requested_at: nullableTime,
  consecutive_failures: count,
  disconnect_reason: z
    .string()
    .nullable()
    .meta({ examples: [null] }),
  last_catch_up_at: nullableTime,
  reported_at: nullableTime.meta({ description: 'When its task reported last.' }),
  reconnects_total: count,
  messages_total: messageTotals,
  rejected_total: count,
  gathering: z
    .object({ since: time, held: count })
    .nullable()
    .meta({
      description:
        'More changes come than are written as they come: each is held for ATOM_SAAS_WS_GATHER_SECONDS at most, or a ' +
        'fifth longer while a sync is about to bring it, the newest of each skill, and `held` skills and categories ' +
        'wait. Deletions never wait. `null`: nothing is gathered.',
      examples: [null],
    }),
});

/** The feed as the status of the sync shows it. Before a first report everything is as if nothing had happened. */
export function presentFeedSummary(feed: FeedState, nowMs: number): z.output<typeof wireFeedSummary> {
  const { report } = feed;
  return {
    connected: isConnected(feed, nowMs),
    last_connected_at: timeOrNull(report?.lastConnectedAt),
    last_message_at: timeOrNull(report?.lastMessageAt),
    fallback_to_polling: report?.fallbackToPolling ?? false,
    reconnect_attempts: report?.reconnectAttempts ?? 0,
  };
}

/** Everything that is known of the feed. */
export function presentFeed(
  feed: FeedState,
  settings: ApiSettings['feed'],
  nowMs: number,
): z.output<typeof wireFeed> {
  const { report, reportedAt, control } = feed;
  return {
    ...presentFeedSummary(feed, nowMs),
    status: statusOf(feed, settings, nowMs),
    enabled: control.enabled,
    reconnect_requested_at: timeOrNull(control.reconnectRequestedAt),
    consecutive_failures: report?.consecutiveFailures ?? 0,
    disconnect_reason: report?.disconnectReason ?? null,
    last_catch_up_at: timeOrNull(report?.lastCatchUpAt),
    reported_at: timeOrNull(reportedAt),
    reconnects_total: report?.reconnectsTotal ?? 0,
    messages_total: report?.messagesTotal ?? NO_MESSAGES,
    rejected_total: report?.rejectedTotal ?? 0,
    gathering: isHeld(feed, nowMs) ? presentGathering(report?.gathering) : null,
  };
}

function presentGathering(gathering: FeedReport['gathering']): z.output<typeof wireFeed>['gathering'] {
  return gathering === undefined ? null : { since: isoFromMs(gathering.since), held: gathering.held };
}

const NO_MESSAGES = { skill_update: 0, category_update: 0, rating_update: 0, skill_delete: 0 };

/** A report is worth something as long as its task holds the feed. */
function statusOf(
  feed: FeedState,
  { deployed }: ApiSettings['feed'],
  nowMs: number,
): z.output<typeof wireFeed>['status'] {
  if (!deployed) return 'not_deployed';
  return feed.report !== undefined && isHeld(feed, nowMs) ? feed.report.status : 'not_running';
}
