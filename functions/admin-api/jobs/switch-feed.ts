import { describeFailure } from '#core/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';

/** What became of the real-time feed when everything was stopped or started. */
export type FeedSwitch = {
  /** False: this deployment has no feed. What is wanted of one is remembered all the same, for the next deployment. */
  readonly deployed: boolean;
  /** Whether it may connect now, as far as is known. */
  readonly enabled: boolean;
  readonly override: 'set' | 'failed';
};

/**
 * Stops the feed with the jobs, or lets it connect again with them. Its task obeys within 10 seconds; a stop lasts until
 * it is undone, whatever is deployed meanwhile. Never rejects: a table that does not answer is part of the outcome.
 */
export async function switchFeed(
  { feed, settings, log }: Pick<Services, 'feed' | 'settings' | 'log'>,
  enabled: boolean,
): Promise<FeedSwitch> {
  const { deployed } = settings.feed;
  try {
    await feed.control({ enabled });
    return { deployed, enabled: deployed && enabled, override: 'set' };
  } catch (error) {
    log.error('the real-time feed could not be switched', { ...describeFailure(error), error });
    return { deployed, enabled: deployed && !enabled, override: 'failed' };
  }
}
