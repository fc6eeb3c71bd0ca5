import type { Table } from '#adapters/dynamodb/table/table.ts';
import { createSkillSearch } from '#core/skills/search/create-skill-search.ts';
import { rememberHits } from '#core/skills/search/remember-hits.ts';
import { createSkillIndex } from '#core/skills/search/skill-index.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import type { Now } from '#core/time/clock.ts';
import { hitCursors } from './hit-cursors.ts';
import { createSearchSnapshots } from './search-snapshot.ts';
import { createRememberingReader, createSkillBatchReader } from './skill-batch-reader.ts';
import { createSkillEntries } from './skill-entries.ts';

/** The search over the skills of a table. Its module is imported at the first search: it holds the library. */
export function createTableSearch(table: Table, now: Now): SkillSearch {
  return createSkillSearch({
    snapshots: createSearchSnapshots(table),
    entries: createSkillEntries(table),
    items: createSkillBatchReader(table),
    hits: createRememberingReader(table),
    createIndex: (skills) => rememberHits(createSkillIndex(skills)),
    cursors: hitCursors,
    now,
    log: table.log,
  });
}
