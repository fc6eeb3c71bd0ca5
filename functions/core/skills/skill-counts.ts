/** What one page (or a number of them) came to. Each skill is counted where it is met first. */
export type PageCounts = {
  added: number;
  changed: number;
  /** Equal to the cache: nothing to write but, near its end of life, a renewal. */
  unchanged: number;
  /** Of the unchanged: rewritten because their time was running out. */
  renewed: number;
  rejected: number;
  /** Older than what the cache holds, or than its removal: the cache stays as it is. */
  held_back: number;
  /** Of the added and changed: older than what they replaced, taken because an admin ordered it. */
  accepted_older: number;
  /** Where the marketplace and a local edit both changed a skill: how many were met, ended, and left to an admin. */
  conflicts_detected: number;
  conflicts_resolved: number;
  conflicts_manual: number;
};

/** What a skill sync counts; the names are those of the API. */
export type SkillCounts = PageCounts & {
  /** Distinct skills that the cache holds as the listing has them: `added + changed + unchanged + carried_over`. */
  skills_synced: number;
  categories_synced: number;
  removed: number;
  /** Brought up to date by the run whose cursor this one went on from. */
  carried_over: number;
};

export function zeroPageCounts(): PageCounts {
  const conflicts = { conflicts_detected: 0, conflicts_resolved: 0, conflicts_manual: 0 };
  const older = { held_back: 0, accepted_older: 0 };
  return { added: 0, changed: 0, unchanged: 0, renewed: 0, rejected: 0, ...older, ...conflicts };
}

/** Skills among what was counted that the cache holds as the marketplace lists them. */
export function syncedSkills(counts: Readonly<Record<string, number>>): number {
  return (counts.added ?? 0) + (counts.changed ?? 0) + (counts.unchanged ?? 0);
}

export function zeroCounts(): SkillCounts {
  return { ...zeroPageCounts(), skills_synced: 0, categories_synced: 0, removed: 0, carried_over: 0 };
}
