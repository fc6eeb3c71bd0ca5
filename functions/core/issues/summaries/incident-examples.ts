import type { GroupedTicket } from '../grouped-ticket.ts';
import type { Incident } from '../trends/incident.ts';
import { isFitTitle } from '../trends/incident-title.ts';
import { requesterOf } from './issue-numbers.ts';

/** An example of what people say in an incident. */
export type IncidentExample = {
  readonly ticket_id: string;
  readonly statement: string;
  readonly language: string | null;
};

/** So many of an incident's tickets are considered, the first ones. */
const MOST_CANDIDATES = 300;
const NAMED_TERMS = 5;
const WEIGHTS = { terms: 1, language: 0.3, fit: 0.2, likeness: 0.8 } as const;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

type Candidate = {
  readonly ticket: GroupedTicket;
  readonly words: ReadonlySet<string>;
  /** It has a word that marks the incident out. */
  readonly isTelling: boolean;
  readonly worth: number;
  like: number;
};

/**
 * What people say in an incident: lines that have its terms, unlike each other, of several people and languages.
 *
 * @param ticketOf a ticket by its id; undefined: it is gone
 * @param most how many at most
 */
export function incidentExamples(
  { tickets, terms }: Pick<Incident, 'tickets' | 'terms'>,
  ticketOf: (id: string) => GroupedTicket | undefined,
  most = 5,
): IncidentExample[] {
  let left = tickets
    .slice(0, MOST_CANDIDATES)
    .flatMap(({ id }) => ticketOf(id) ?? [])
    .filter(({ line }) => line.trim() !== '')
    .map((ticket) => candidateOf(ticket, terms));
  // Not every ticket of an issue that bursts is about what bursts; but its words may be those of one language only.
  const telling = left.filter(({ isTelling }) => isTelling);
  const languages = new Set(telling.map(({ ticket }) => ticket.language));
  if (telling.length >= most && languages.size > 1) left = telling;
  const chosen: GroupedTicket[] = [];
  while (chosen.length < most) {
    const best = bestOf(left, new Set(chosen.map(({ language }) => language)));
    if (best === undefined) break;
    chosen.push(best.ticket);
    const who = requesterOf(best.ticket);
    left = left.filter(({ ticket }) => requesterOf(ticket) !== who && ticket.line !== best.ticket.line);
    for (const other of left) other.like = Math.max(other.like, likeness(best.words, other.words));
  }
  return chosen.map(({ id, line, language }) => ({ ticket_id: id, statement: line, language }));
}

function candidateOf(ticket: GroupedTicket, terms: readonly string[]): Candidate {
  const words = new Set(ticket.line.toLowerCase().match(WORD) ?? []);
  const named = terms.slice(0, NAMED_TERMS).filter((term) => words.has(term)).length;
  const worth =
    WEIGHTS.terms * Math.min(1, (2 * named) / NAMED_TERMS) + (isFitTitle(ticket.line) ? WEIGHTS.fit : 0);
  return { ticket, words, isTelling: named > 0, worth, like: 0 };
}

function bestOf(left: readonly Candidate[], languages: ReadonlySet<string | null>): Candidate | undefined {
  const score = ({ ticket, worth, like }: Candidate) =>
    worth - WEIGHTS.likeness * like + (languages.has(ticket.language) ? 0 : WEIGHTS.language);
  return left.reduce<Candidate | undefined>(
    (best, next) => (best === undefined || score(next) > score(best) ? next : best),
    undefined,
  );
}

/** The words that two lines have in common, as a share of the shorter one's. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}
