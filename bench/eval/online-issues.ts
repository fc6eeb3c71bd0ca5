import { TicketAssigner } from '#core/issues/clusters/assign-tickets.ts';
import { clusterVectors } from '#core/issues/clusters/cluster-vectors.ts';
import { rowOf } from '#core/issues/clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';
import type { TextVector } from '#core/issues/trends/text-vector.ts';
import type { Question } from './question-rows.ts';

/** Which issue each ticket is in: the base by clustering, what comes later one by one. */
export type OnlineIssues = {
  /** The issue of a ticket. A ticket of the base keeps its own, another one is assigned and known from then on. */
  readonly assign: (question: Question) => { readonly issueId: string; readonly vector: TextVector };
};

/** For real tickets, which are long. */
const RESOLUTION = 4;

/** Clusters the base and freezes its vocabulary. */
export function createOnlineIssues(base: readonly Question[]): OnlineIssues {
  const { vectors, vectorizer } = createVectorizer(base.map(({ text }) => text));
  const groups = clusterVectors(vectors, { resolution: RESOLUTION });
  const rows = new Map(base.map(({ id }, row) => [id, row]));
  let count = new Set(groups).size;
  const assigner = new TicketAssigner({
    vectors,
    issues: Array.from(groups, nameOf),
    newId: () => nameOf(count++),
  });
  return {
    assign: ({ id, text }) => {
      const row = rows.get(id);
      if (row !== undefined) return { issueId: nameOf(groups[row] ?? 0), vector: rowOf(vectors, row) };
      const { indices, values } = vectorizer.embed(text);
      const vector = { indices: indices.slice(), values: values.slice() };
      return { issueId: assigner.assign(vector).issue, vector };
    },
  };
}

function nameOf(group: number): string {
  return `i${group}`;
}
