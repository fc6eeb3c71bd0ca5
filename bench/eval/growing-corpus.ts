import { RowBuilder } from '#core/issues/clusters/vectors/row-builder.ts';
import { rowOf, type SparseRows, type SparseVector } from '#core/issues/clusters/vectors/sparse-rows.ts';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { isGroupable } from '#core/issues/grouping/grouped-ticket-of.ts';
import { createTextCorpus, type TextCorpus } from '#core/issues/grouping/text-corpus.ts';

/**
 * A corpus that tickets are added to, in the vocabulary that it was made with. The hourly job makes the vocabulary anew
 * each time; over a day hardly a word differs, and a replay of weeks takes minutes in place of an hour.
 */
export class GrowingCorpus implements TextCorpus {
  readonly tickets: GroupedTicket[];
  readonly texts: string[];
  readonly #base: TextCorpus;
  readonly #rows = new Map<string, number>();
  readonly #added: SparseVector[] = [];
  #vectors: SparseRows | undefined;

  constructor(tickets: Iterable<GroupedTicket>) {
    this.#base = createTextCorpus(tickets);
    this.tickets = [...this.#base.tickets];
    this.texts = [...this.#base.texts];
  }

  /** Tickets that can be grouped become its last rows. */
  add(tickets: Iterable<GroupedTicket>): void {
    for (const ticket of tickets) {
      if (!isGroupable(ticket) || this.rowOf(ticket.id) !== undefined) continue;
      const { indices, values } = this.#base.embed(ticket.text);
      this.#added.push({ indices: indices.slice(), values: values.slice() });
      this.#rows.set(ticket.id, this.tickets.length);
      this.tickets.push(ticket);
      this.texts.push(ticket.text);
      this.#vectors = undefined;
    }
  }

  get vectors(): SparseRows {
    this.#vectors ??= this.#joined();
    return this.#vectors;
  }

  rowOf(id: string): number | undefined {
    return this.#base.rowOf(id) ?? this.#rows.get(id);
  }

  vectorOf({ id, text }: Pick<GroupedTicket, 'id' | 'text'>): SparseVector {
    const row = this.rowOf(id);
    return row !== undefined && this.texts[row] === text ? rowOf(this.vectors, row) : this.embed(text);
  }

  isWordless(ticket: Pick<GroupedTicket, 'id' | 'text'>): boolean {
    return this.vectorOf(ticket).indices.length === 0;
  }

  embed(text: string): SparseVector {
    return this.#base.embed(text);
  }

  #joined(): SparseRows {
    const base = this.#base.vectors;
    if (this.#added.length === 0) return base;
    const builder = new RowBuilder(this.tickets.length);
    for (let row = 0; row < base.rows; row += 1) builder.add(rowOf(base, row));
    for (const vector of this.#added) builder.add(vector);
    return builder.finish(base.features);
  }
}
