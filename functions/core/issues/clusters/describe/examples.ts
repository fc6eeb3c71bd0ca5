import { rowOf, type SparseRows } from '../vectors/sparse-rows.ts';

/** A ticket of a cluster, by its row. */
export type ClusterMember = {
  readonly row: number;
  readonly requester: string;
  readonly language: string | null;
};

/** How much nearness to the centre weighs beside being unlike the examples before it. */
const NEARNESS = 0.7;
/** What an example loses by a requester that has one already, or by the language of all so far. */
const SAME_REQUESTER = 0.5;
const SAME_LANGUAGE = 0.05;
/** So many members nearest to the centre are considered. */
const CANDIDATES = 200;

/**
 * Tickets that show what a cluster is about, the most typical first: near the centre, unlike each other, and from
 * several people and languages (maximal marginal relevance). The centre is the mean over requesters, so that one who
 * writes often does not move it.
 *
 * @param most how many at most
 */
export function examplesOf(
  members: readonly ClusterMember[],
  vectors: SparseRows,
  most = 12,
): ClusterMember[] {
  const centre = centreOf(members, vectors);
  const left = members
    .map((member) => ({ member, near: dot(vectors, member.row, centre), like: 0 }))
    .sort((one, other) => other.near - one.near || one.member.row - other.member.row)
    .slice(0, CANDIDATES);
  const chosen: ClusterMember[] = [];
  while (chosen.length < most && left.length > 0) {
    let best = 0;
    left.forEach((candidate, place) => {
      if (worthOf(candidate, chosen) > worthOf(left[best] as Candidate, chosen)) best = place;
    });
    const [{ member }] = left.splice(best, 1) as [Candidate];
    chosen.push(member);
    const dense = denseOf(vectors, member.row);
    for (const other of left) other.like = Math.max(other.like, dot(vectors, other.member.row, dense));
  }
  return chosen;
}

type Candidate = { readonly member: ClusterMember; readonly near: number; like: number };

function worthOf({ member, near, like }: Candidate, chosen: readonly ClusterMember[]): number {
  if (chosen.length === 0) return near;
  const isSamePerson = chosen.some(({ requester }) => requester === member.requester);
  const isSameLanguage = chosen.some(({ language }) => language === member.language);
  return (
    NEARNESS * near -
    (1 - NEARNESS) * like -
    (isSamePerson ? SAME_REQUESTER : 0) -
    (isSameLanguage ? SAME_LANGUAGE : 0)
  );
}

function centreOf(members: readonly ClusterMember[], vectors: SparseRows): Float64Array {
  const tickets = new Map<string, number>();
  for (const { requester } of members) tickets.set(requester, (tickets.get(requester) ?? 0) + 1);
  const centre = new Float64Array(vectors.features);
  for (const { row, requester } of members) {
    const { indices, values } = rowOf(vectors, row);
    const weight = 1 / (tickets.get(requester) as number);
    for (let at = 0; at < indices.length; at += 1) {
      const feature = indices[at] as number;
      centre[feature] = (centre[feature] as number) + weight * (values[at] as number);
    }
  }
  const length = Math.sqrt(centre.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? centre : centre.map((value) => value / length);
}

function denseOf(vectors: SparseRows, row: number): Float64Array {
  const dense = new Float64Array(vectors.features);
  const { indices, values } = rowOf(vectors, row);
  for (let at = 0; at < indices.length; at += 1) dense[indices[at] as number] = values[at] as number;
  return dense;
}

function dot(vectors: SparseRows, row: number, dense: Float64Array): number {
  const { indices, values } = rowOf(vectors, row);
  let sum = 0;
  for (let at = 0; at < indices.length; at += 1) {
    sum += (values[at] as number) * (dense[indices[at] as number] as number);
  }
  return sum;
}
