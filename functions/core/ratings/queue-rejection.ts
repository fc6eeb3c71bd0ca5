import { type Rating, RatingStatus, type UploadMessage } from './rating.ts';

/**
 * A message that the queue did not take. `rejection` names the queue's reason where it refuses this very message, now and
 * at every other time; without one it may take it the next time.
 */
export type UntakenMessage = UploadMessage & { readonly rejection?: string };

/** When a refused message is tried again: only another version of this code, or of the queue, can mend it. */
const RETRY_MS = 3_600_000;

/**
 * The queue refuses the message of a rating that was marked when `queuedAt` was. The rating is listed with the reason;
 * to be due at once again would only have the next run refused as well.
 */
export function rejectedByQueue(
  rating: Rating | undefined,
  {
    queuedAt,
    rejection,
    now,
  }: { readonly queuedAt: number; readonly rejection: string; readonly now: number },
): Rating | undefined {
  if (rating?.status !== RatingStatus.queued || rating.queuedAt !== queuedAt) return undefined;
  const failure = {
    code: 'message_refused',
    message: `The queue of uploads refuses the message for this rating: ${rejection}. It is tried again every hour; report it where it stays.`,
    failedAt: now,
    final: false,
  };
  const nextAttemptAt = now + RETRY_MS;
  const retryCount = rating.retryCount + 1;
  return {
    ...rating,
    status: RatingStatus.failed,
    failure,
    retryCount,
    nextAttemptAt,
    dueAt: nextAttemptAt,
  };
}
