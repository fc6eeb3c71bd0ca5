import type { RunContext } from '#core/runs/job-run.ts';
import { addCounts } from '#core/runs/run.ts';
import { syncedSkills, zeroCounts } from '#core/skills/skill-counts.ts';
import type { Listing } from './listing.ts';

type Counts = Readonly<Record<string, number>>;

/** What a run has counted so far, over all its invocations. */
export class RunTally {
  readonly #context: Pick<RunContext, 'report'>;
  readonly #listing: Pick<Listing, 'carriedOver' | 'seenCount'>;
  #counts: Counts;

  constructor(
    context: Pick<RunContext, 'report'>,
    listing: Pick<Listing, 'carriedOver' | 'ownCounts' | 'seenCount'>,
  ) {
    this.#context = context;
    this.#listing = listing;
    this.#counts = listing.ownCounts;
  }

  /** A count by its name; 0 where nothing was counted. */
  of(name: string): number {
    return this.#counts[name] ?? 0;
  }

  /** Skills that the cache holds as the listing has them, those of earlier runs on the same listing included. */
  get syncedSkills(): number {
    return syncedSkills(this.#counts) + this.#listing.carriedOver;
  }

  add(counts: Counts): void {
    this.#counts = addCounts(this.#counts, counts);
  }

  /**
   * Reports progress and counts for the run's record.
   *
   * @param total skills of the listing; undefined while no page has said so
   */
  report(total: number | undefined): void {
    const progress = { done: this.#listing.seenCount(), total, unit: 'skills' };
    const { carriedOver: carried_over } = this.#listing;
    const skills_synced = this.syncedSkills;
    this.#context.report(progress, { ...zeroCounts(), ...this.#counts, carried_over, skills_synced });
  }
}
