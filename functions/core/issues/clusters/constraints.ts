/** What an operator decided about rows: consolidation may not undo it. */
export type Constraints = {
  /** Rows of each list stay in one group: a merge. */
  readonly together: readonly (readonly number[])[];
  /** Rows of different lists of one rule never share a group: a split. */
  readonly apart: readonly (readonly (readonly number[])[])[];
};

/** Nobody decided anything. */
export const NO_CONSTRAINTS: Constraints = { together: [], apart: [] };
