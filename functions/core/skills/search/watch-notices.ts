import { shareRuns } from '#core/share-runs.ts';
import type { Now } from '#core/time/clock.ts';
import { type ChangeNotice, NOTICE_ACTIVE_MS, type SearchSnapshots } from './search-snapshots.ts';

/**
 * How long something that was read may be relied on without another read, whatever the notices say (ms). A writer whose
 * clock is far behind, or who went on long after its notice, is believed that much too late.
 */
const RELIED_ON_MS = 30_000;
/** Notices in one look: 12 KB. Where there are more, reading the skills themselves is as cheap. */
const MAX_NOTICES = 100;

/** Whether a skill that was read at a time (ms) is still as it was read: nobody has announced to write it since. */
type Holds = (skillId: string, readAt: number) => boolean;

/** Tells by the notices whether what was read before is still true. */
export type NoticeWatch = {
  /** Whether a look could tell that something read at that time (ms) still holds: without a look. */
  isWorthALook(readAt: number): boolean;
  /** Reads the notices, at most a few units. Several at the same time share one read. @throws StorageError */
  look(): Promise<Holds>;
};

type WatchDeps = { readonly snapshots: Pick<SearchSnapshots, 'noticesSince'>; readonly now: Now };

/** Makes the watch of one process. */
export function watchNotices({ snapshots, now }: WatchDeps): NoticeWatch {
  /** Until then somebody may write any skill. */
  let busyUntil = Number.NEGATIVE_INFINITY;
  const look = shareRuns(async (): Promise<Holds> => {
    const at = now();
    const from = at - RELIED_ON_MS - NOTICE_ACTIVE_MS;
    const notices = await snapshots.noticesSince(from, MAX_NOTICES);
    if (notices.length === MAX_NOTICES) {
      busyUntil = at + RELIED_ON_MS;
      return () => false;
    }
    const { latest, ofAny } = latestOf(notices);
    busyUntil = ofAny + NOTICE_ACTIVE_MS;
    return (skillId, readAt) => {
      // Who announced itself before that has written by then.
      const since = readAt - NOTICE_ACTIVE_MS;
      const announcedAt = Math.max(ofAny, latest.get(skillId) ?? Number.NEGATIVE_INFINITY);
      return readAt <= at && since >= from && announcedAt < since;
    };
  });
  return {
    isWorthALook: (readAt) => {
      const nowMs = now();
      return nowMs > busyUntil && readAt <= nowMs && nowMs - readAt < RELIED_ON_MS;
    },
    look,
  };
}

/** When each skill was last announced, and any of them. */
function latestOf(notices: readonly ChangeNotice[]) {
  const latest = new Map<string, number>();
  let ofAny = Number.NEGATIVE_INFINITY;
  for (const { at, skillId } of notices) {
    if (skillId === undefined) ofAny = Math.max(ofAny, at);
    else latest.set(skillId, Math.max(at, latest.get(skillId) ?? at));
  }
  return { latest, ofAny };
}
