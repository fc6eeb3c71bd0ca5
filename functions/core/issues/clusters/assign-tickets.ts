import type { BestList } from './graph/best-list.ts';
import { NearestSearch } from './graph/nearest.ts';
import { pickRows } from './same-vectors.ts';
import { rowOf, type SparseRows, type SparseVector } from './vectors/sparse-rows.ts';

/** Below this cosine to the nearest ticket a new one belongs to no issue that exists. */
export const LEAST_SIMILARITY = 0.15;

/** Neighbours that are not much below the least similarity have a vote, too. */
const VOTING_SHARE = 0.8;
const VOTERS = 10;

/** What a new ticket was given to. */
export type Assignment = {
  readonly issue: string;
  /** The cosine of the nearest ticket; 0 where nothing has anything in common with it. */
  readonly similarity: number;
  /** Whether the issue was made for it. */
  readonly isNew: boolean;
};

/** What assigning needs: the known tickets’ vectors and issues, and where new ids come from. */
export type AssignerOptions = {
  readonly vectors: SparseRows;
  /** By row; an empty text: a ticket without an issue, which has no vote. */
  readonly issues: readonly string[];
  readonly newId: () => string;
  readonly leastSimilarity?: number;
};

/**
 * Gives the tickets without an issue to issues, in their order; the others keep theirs. Made for the tickets of an hour,
 * whose vectors are of the same vocabulary as those of the tickets before.
 *
 * @param issues by row; absent: to be assigned
 * @returns by row, what became of it; absent for those that had an issue
 */
export function assignTickets(
  vectors: SparseRows,
  issues: readonly (string | undefined)[],
  options: Pick<AssignerOptions, 'newId' | 'leastSimilarity'>,
): (Assignment | undefined)[] {
  const known = Int32Array.from(issues.keys()).filter((row) => issues[row] !== undefined);
  const assigner = new TicketAssigner({
    ...options,
    vectors: pickRows(vectors, known),
    issues: Array.from(known, (row) => issues[row] ?? ''),
  });
  return issues.map((issue, row) => (issue === undefined ? assigner.assign(rowOf(vectors, row)) : undefined));
}

/**
 * Gives new tickets to issues, one after the other: the ten nearest tickets vote, each by its cosine. A ticket that
 * resembles none begins a provisional issue, which the next ones may join. No ticket that has an issue gets another.
 */
export class TicketAssigner {
  readonly #search: NearestSearch;
  readonly #issues: string[];
  readonly #options: AssignerOptions;
  readonly #added: SparseVector[] = [];
  readonly #dense: Float32Array;

  constructor(options: AssignerOptions) {
    this.#options = options;
    this.#search = new NearestSearch(options.vectors, VOTERS);
    this.#issues = [...options.issues];
    this.#dense = new Float32Array(options.vectors.features);
  }

  /** Gives a ticket to an issue and remembers it as one that votes on the next. */
  assign(vector: SparseVector): Assignment {
    const nearest = this.#search.search(vector);
    this.#offerAdded(vector, nearest);
    const similarity = nearest.length === 0 ? 0 : (nearest.scores[0] as number);
    const isNew = similarity < (this.#options.leastSimilarity ?? LEAST_SIMILARITY);
    const voted = isNew ? undefined : this.#vote(nearest);
    const issue = voted ?? this.#options.newId();
    this.#issues.push(issue);
    this.#added.push(vector);
    return { issue, similarity, isNew: voted === undefined };
  }

  /** Tickets that came since are few: each is compared. */
  #offerAdded({ indices, values }: SparseVector, nearest: BestList): void {
    for (let at = 0; at < indices.length; at += 1) this.#dense[indices[at] as number] = values[at] as number;
    this.#added.forEach((other, place) => {
      let sum = 0;
      for (let at = 0; at < other.indices.length; at += 1) {
        sum += (this.#dense[other.indices[at] as number] as number) * (other.values[at] as number);
      }
      if (sum > 0) nearest.offer(this.#options.vectors.rows + place, sum);
    });
    for (const feature of indices) this.#dense[feature] = 0;
  }

  #vote({ ids, scores, length }: BestList): string | undefined {
    const least = VOTING_SHARE * (this.#options.leastSimilarity ?? LEAST_SIMILARITY);
    const votes = new Map<string, number>();
    for (let place = 0; place < length && (scores[place] as number) >= least; place += 1) {
      const issue = this.#issues[ids[place] as number];
      if (issue !== undefined && issue !== '') {
        votes.set(issue, (votes.get(issue) ?? 0) + (scores[place] as number));
      }
    }
    // The first of equal ones is the one with the nearest ticket.
    let best: string | undefined;
    for (const [issue, weight] of votes) if (weight > (votes.get(best ?? '') ?? 0)) best = issue;
    return best;
  }
}
