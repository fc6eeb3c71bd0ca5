import { rowOf, type SparseRows, type SparseVector } from '#core/issues/clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import { isGroupable } from './grouped-ticket-of.ts';
import { byCreation } from './ticket-days.ts';

/** The texts of all tickets that can be grouped, each a row, and their vectors. */
export type TextCorpus = {
  /** By row, the oldest first. Their issues are those of the time when the corpus was made. */
  readonly tickets: readonly GroupedTicket[];
  /** By row. */
  readonly texts: readonly string[];
  /** By row. Made when first asked for, and then kept: seconds for 50,000 texts. */
  readonly vectors: SparseRows;
  /** The row of a ticket; undefined for one that has none. */
  rowOf(id: string): number | undefined;
  /** The vector of a ticket, which need not be in the corpus or may have another text by now. */
  vectorOf(ticket: Pick<GroupedTicket, 'id' | 'text'>): SparseVector;
  /** Whether nothing of a ticket is in the vocabulary, so that it resembles none. */
  isWordless(ticket: Pick<GroupedTicket, 'id' | 'text'>): boolean;
  /** The vector of a text in the corpus’ vocabulary. */
  embed(text: string): SparseVector;
};

/** Makes a corpus of tickets; spam and tickets without text are left out. The order of the tickets makes no difference. */
export function createTextCorpus(tickets: Iterable<GroupedTicket>): TextCorpus {
  const rows = [...tickets].filter(isGroupable).sort(byCreation);
  const texts = rows.map(({ text }) => text);
  const places = new Map(rows.map(({ id }, row) => [id, row]));
  let made: ReturnType<typeof createVectorizer> | undefined;
  const make = () => {
    made ??= createVectorizer(texts);
    return made;
  };
  const embed = (text: string) => make().vectorizer.embed(text);
  const vectorOf: TextCorpus['vectorOf'] = ({ id, text }) => {
    const row = places.get(id);
    return row !== undefined && texts[row] === text ? rowOf(make().vectors, row) : embed(text);
  };
  return {
    tickets: rows,
    texts,
    get vectors() {
      return make().vectors;
    },
    rowOf: (id) => places.get(id),
    vectorOf,
    isWordless: (ticket) => vectorOf(ticket).indices.length === 0,
    embed,
  };
}
