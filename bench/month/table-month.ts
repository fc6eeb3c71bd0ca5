import { type CostLine, line } from './cost-line.ts';
import { SIMULATED_SKILL_BYTES } from './cost-options.ts';
import { GB, type MonthInput, SECONDS, sizeFactor, syncsOf, writeUnits } from './month-input.ts';
import { searchLines } from './search-month.ts';
import { type SkillWrites, skillWrites } from './skill-writes.ts';

/** Write units of the indexes, by the table in docs/data-model.md; dynalite does not count them. */
const INDEX_WRITES = { changed: 1, renewed: 1 };
/** An entry of `digests` and one of `catalogue`, with the 100 bytes that an index adds to each. */
const INDEX_BYTES_PER_SKILL = 215 + 450;
/** Half of them one skill (1 unit), half a list of 50 (27.5): docs/data-model.md. */
const READS_PER_REQUEST = 14.25;
const WRITES_PER_RATING = 10;

// The feed's own item: a lease that is renewed each 10 seconds, with a report each 5 where there is news; orders are
// read each 4.
const LEASE_WRITES = SECONDS / 10;
const MOST_REPORTS = SECONDS / 5;
const ORDER_READS = SECONDS / 4;
/** An entry is read before it is written, as it is now. */
const READS_PER_FEED_WRITE = 1;

/** What the table costs: skills, runs, ratings, the feed's state, the search. */
export function tableLines(input: MonthInput): CostLine[] {
  const { options } = input;
  const writes = skillWrites(options);
  return [
    ...skillLines(input, writes),
    ...(options.feed ? feedLines(input, writes) : []),
    ...storageLines(input),
    ...searchLines(options, writes),
  ];
}

function skillLines({ options, measured }: MonthInput, written: SkillWrites): CostLine[] {
  const { skills, ratings, requests, skillBytes } = options;
  const { quiet, changed, renewing } = measured;
  const syncs = syncsOf(options);
  const size = sizeFactor(skillBytes);
  const perChange = ((changed.writes - quiet.writes) / changed.skills) * size + INDEX_WRITES.changed;
  const perRenewal = ((renewing.writes - quiet.writes) / renewing.skills) * size + INDEX_WRITES.renewed;
  const all = skills * perRenewal * syncs;
  return [
    line('DynamoDB: writes of changed skills', 'dynamoDbWrite', written.bySyncs * perChange, all),
    line('DynamoDB: writes of renewed skills', 'dynamoDbWrite', written.renewed * perRenewal, 0),
    line('DynamoDB: writes of run records and leases', 'dynamoDbWrite', quiet.writes * syncs),
    line('DynamoDB: writes of ratings', 'dynamoDbWrite', ratings * WRITES_PER_RATING),
    line('DynamoDB: reads of the syncs', 'dynamoDbRead', quiet.reads * syncs, 0),
    line('DynamoDB: reads of the API', 'dynamoDbRead', requests * READS_PER_REQUEST),
  ];
}

function feedLines({ options }: MonthInput, { byFeed }: SkillWrites): CostLine[] {
  const reports = Math.min(MOST_REPORTS - LEASE_WRITES, options.feedPerSecond * SECONDS);
  const perUpdate = writeUnits(options.skillBytes) + INDEX_WRITES.changed;
  return [
    line('DynamoDB: writes of what the feed says', 'dynamoDbWrite', byFeed * perUpdate),
    line("DynamoDB: writes of the feed's lease and reports", 'dynamoDbWrite', LEASE_WRITES + reports),
    line('DynamoDB: reads of the feed', 'dynamoDbRead', ORDER_READS + byFeed * READS_PER_FEED_WRITE),
  ];
}

function storageLines({ options, measured }: MonthInput): CostLine[] {
  const bytes = measured.tableBytes * (options.skillBytes / SIMULATED_SKILL_BYTES);
  const withIndexes = bytes + options.skills * INDEX_BYTES_PER_SKILL;
  return [
    line('DynamoDB: storage with indexes', 'dynamoDbStorage', withIndexes / GB),
    line('DynamoDB: point-in-time recovery', 'dynamoDbRecovery', bytes / GB),
  ];
}
