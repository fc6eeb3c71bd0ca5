import { type CostLine, line } from './cost-line.ts';
import type { CostOptions } from './cost-options.ts';
import { HOURS, SECONDS, syncsOf } from './month-input.ts';
import type { SkillWrites } from './skill-writes.ts';

// Measured on the 5,145 skills of a real catalogue, on dynalite.
/** Write units of the snapshot of one skill. */
const SNAPSHOT_WRITES_PER_SKILL = 0.129;
/** Read units of the snapshot, and of the digests, of one skill. */
const SNAPSHOT_READS_PER_SKILL = 0.0163;
const DIGEST_READS_PER_SKILL = 0.0163;

/** Each byte that is added is written once more when changes are merged, with twice as much of what was there. */
const MERGE_FACTOR = 3;
/** The list of changes, 2 KB on average, with what is added. */
const WRITES_PER_FLUSH = 3;
const READS_PER_FLUSH = 1;
/** A minute in which the feed wrote: two announcements, and one change. */
const FEED_WRITES_PER_MINUTE = 2 + WRITES_PER_FLUSH;

// What nothing here measures, taken generously: somebody searches each half minute of ten hours a day.
const SEARCHED_HOURS = 30 * 10;
const CHECKS_PER_HOUR = 120;
/** Checks within the two minutes and more in which the notice of a sync is active. */
const CHECKS_PER_SYNC = 5;
/** New processes in each of these hours: as many as there are requests at once, and Lambda replaces each in hours. */
const LOADS_PER_HOUR = 5;

/**
 * What the search costs in a month, beside the items that it finds, which are counted with the requests: the snapshot, the
 * notices, and keeping indexes in step. What a sync adds to the snapshot is measured with what it changes.
 *
 * @param written what is written of skills in a month
 */
export function searchLines(options: CostOptions, written: SkillWrites): CostLine[] {
  const { skills } = options;
  const syncs = syncsOf(options);
  const merged =
    (written.bySyncs + written.byFeed + written.renewed) * SNAPSHOT_WRITES_PER_SKILL * MERGE_FACTOR;
  const busyShare = 1 - Math.exp((-60 * written.byFeed) / SECONDS);
  const flushes = HOURS * 60 * busyShare;
  const loads = SEARCHED_HOURS * LOADS_PER_HOUR;
  const checks = SEARCHED_HOURS * CHECKS_PER_HOUR;
  const afterSyncs = Math.min(checks, (syncs * SEARCHED_HOURS * CHECKS_PER_SYNC) / HOURS);
  const comparisons = Math.max(afterSyncs, checks * busyShare);
  const perLoad = skills * (SNAPSHOT_READS_PER_SKILL + DIGEST_READS_PER_SKILL);
  const compared = comparisons * skills * DIGEST_READS_PER_SKILL;
  return [
    line('DynamoDB: writes of the search', 'dynamoDbWrite', merged + flushes * FEED_WRITES_PER_MINUTE),
    line(
      'DynamoDB: reads of the search',
      'dynamoDbRead',
      loads * perLoad + checks + compared + flushes * READS_PER_FLUSH,
    ),
  ];
}
