/** What one page (or a number of them) came to. Each skill is counted where it is met first. */
export type PageCounts = {
  added: number;
  changed: number;
  /** Equal to the cache, or older than it: nothing to write but, near its end of life, a renewal. */
  unchanged: number;
  /** Of the unchanged: rewritten because their time was running out. */
  renewed: number;
  rejected: number;
  /** Where the marketplace and a local edit both changed a skill: how many were met, ended, and left to an admin. */
  conflicts_detected: number;
  conflicts_resolved: number;
  conflicts_manual: number;
};

/** What a skill sync counts; the names are those of the API. */
export type SkillCounts = PageCounts & {
  /** Distinct usable skills of the listing: `added + changed + unchanged + carried_over`. */
  skills_synced: number;
  categories_synced: number;
  removed: number;
  /** Settled by the run whose cursor this one went on from. */
  carried_over: number;
};

export function zeroPageCounts(): PageCounts {
  const conflicts = { conflicts_detected: 0, conflicts_resolved: 0, conflicts_manual: 0 };
  return { added: 0, changed: 0, unchanged: 0, renewed: 0, rejected: 0, ...conflicts };
}

/** Usable skills among what was counted. */
export function settledSkills(counts: Readonly<Record<string, number>>): number {
  return (counts.added ?? 0) + (counts.changed ?? 0) + (counts.unchanged ?? 0);
}

export function zeroCounts(): SkillCounts {
  return { ...zeroPageCounts(), skills_synced: 0, categories_synced: 0, removed: 0, carried_over: 0 };
}
