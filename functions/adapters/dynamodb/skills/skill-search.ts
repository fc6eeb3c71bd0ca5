import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createSkillSearch } from '#core/skills/search/create-skill-search.ts';
import { relyOnNotices } from '#core/skills/search/rely-on-notices.ts';
import { rememberHits } from '#core/skills/search/remember-hits.ts';
import { createSkillIndex } from '#core/skills/search/skill-index.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import { watchNotices } from '#core/skills/search/watch-notices.ts';
import type { Now } from '#core/time/clock.ts';
import { hitCursors } from './hit-cursors.ts';
import { createSearchSnapshots } from './search-snapshot.ts';
import { createRememberingReader, createSkillBatchReader } from './skill-batch-reader.ts';
import { createSkillEntries } from './skill-entries.ts';

/** The search over the skills of a table. Its module is imported at the first search: it holds the library. */
export function createTableSearch(table: Table, now: Now): SkillSearch {
  const snapshots = createSearchSnapshots(table);
  return createSkillSearch({
    snapshots,
    entries: createSkillEntries(table),
    items: createSkillBatchReader(table),
    hits: relyOnNotices(createRememberingReader(table), watchNotices({ snapshots, now })),
    createIndex: (skills) => rememberHits(createSkillIndex(skills)),
    cursors: hitCursors,
    now,
    log: table.log,
  });
}
