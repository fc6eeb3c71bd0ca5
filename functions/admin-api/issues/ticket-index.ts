import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { orderHits } from '#core/skills/search/order-hits.ts';
import { rankSkills } from '#core/skills/search/rank-skills.ts';
import { readQuery } from '#core/skills/search/read-query.ts';
import { createTermEngine, type SearchableTerms } from '#core/skills/search/term-engine.ts';

/** A ticket that was found. The higher the score the better; scores of different queries are not comparable. */
type TicketHit = { readonly id: string; readonly score: number };

/** A full-text index of tickets in memory. */
export type TicketIndex = {
  /** The tickets that are searched from now on. Only what differs from before is indexed. */
  take(tickets: Iterable<GroupedTicket>): void;
  /** Every hit, best first; equal scores by id. */
  search(query: string): readonly TicketHit[];
};

/** How much is searched of what a ticket says besides its line. */
const MORE_CHARACTERS = 300;
/** The sum of BM25 that gives half of the best score. */
const HALF_SCORE = 50;

/**
 * An index of no tickets. It ranks as that of the skills does: the line of a ticket counts as a name, its summary (or,
 * without an analysis, the beginning of its text) as a description.
 */
export function createTicketIndex(): TicketIndex {
  const engine = createTermEngine();
  const entries = new Map<string, SearchableTerms>();
  const remove = (entry: SearchableTerms) => {
    engine.remove(entry);
    entries.delete(entry.id);
  };
  return {
    take(tickets) {
      const wanted = new Map<string, SearchableTerms>();
      for (const ticket of tickets) if (ticket.line !== '') wanted.set(ticket.id, searchableTerms(ticket));
      for (const entry of [...entries.values()]) {
        if (!isSame(entry, wanted.get(entry.id))) remove(entry);
      }
      for (const [id, entry] of wanted) {
        if (entries.has(id)) continue;
        engine.add(entry);
        entries.set(id, entry);
      }
    },
    search(query) {
      const scores = rankSkills(readQuery(query), engine, entries.size);
      return orderHits([...scores].map(([id, score]) => [id, score / (score + HALF_SCORE)]));
    },
  };
}

function searchableTerms({ id, line, summary, text, productArea }: GroupedTicket): SearchableTerms {
  return {
    id,
    name: line,
    tags: [],
    category: productArea ?? '',
    description: (summary ?? text).slice(0, MORE_CHARACTERS).toWellFormed(),
  };
}

function isSame(one: SearchableTerms, other: SearchableTerms | undefined): boolean {
  return (
    other !== undefined &&
    one.name === other.name &&
    one.category === other.category &&
    one.description === other.description
  );
}
