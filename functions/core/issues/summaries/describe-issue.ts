import { describeCluster } from '../clusters/describe/describe-cluster.ts';
import { countTerms, createStems, type Stems, type TermCounts } from '../clusters/describe/term-counts.ts';
import type { SparseRows } from '../clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '../clusters/vectors/vectorizer.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import type { IssueSummary } from '../issue.ts';
import { fallbackTitle } from './fallback-title.ts';
import { RowPicker } from './row-picker.ts';

/** What tells people what an issue is about, without a model. */
export type IssueDescription = Pick<
  IssueSummary,
  'fallbackTitle' | 'representative' | 'keywords' | 'examples'
>;

/** Describes an issue by its tickets; those without a text, and copies that were merged, say nothing. */
export type DescribeIssue = (tickets: readonly GroupedTicket[]) => IssueDescription;

/** The vectors of all tickets of the window that have a text. */
export type IssueTexts = {
  readonly texts: readonly string[];
  readonly vectors: SparseRows;
  /** The row of a ticket; undefined: it has no text. */
  rowOf(ticketId: string): number | undefined;
};

/** The newest tickets of an issue describe it: what it is about now. */
const MOST_DESCRIBED = 1_000;
/** How common a term is elsewhere shows in so many texts. */
const MOST_COMPARED = 2_000;

/** An issue without any text. */
export const NO_DESCRIPTION: IssueDescription = {
  fallbackTitle: fallbackTitle([], []),
  representative: null,
  keywords: [],
  examples: [],
};

/** Describes issues by the vectors that they were grouped by. What all texts have in common is counted when first needed. */
export function describerOf(corpus: IssueTexts): DescribeIssue {
  const stems = createStems();
  let picker: RowPicker | undefined;
  let all: TermCounts | undefined;
  return (tickets) => {
    const known = describedTickets(tickets).flatMap((ticket) => {
      const row = corpus.rowOf(ticket.id);
      return row === undefined ? [] : [{ ticket, row }];
    });
    if (known.length === 0) return NO_DESCRIPTION;
    all ??= countTerms(spread(corpus.texts), stems);
    picker ??= new RowPicker(corpus.vectors);
    return described(
      known.map(({ ticket }) => ticket),
      { texts: known.map(({ row }) => corpus.texts[row] ?? ''), all, stems },
      picker.pick(known.map(({ row }) => row)),
    );
  };
}

/**
 * Describes single issues where there are no vectors of all tickets: they are made of the issue's own texts.
 *
 * @param others tickets of any issues, among which its terms are to tell it
 */
export function describerOfTexts(others: Iterable<GroupedTicket>): DescribeIssue {
  const stems = createStems();
  let all: TermCounts | undefined;
  return (tickets) => {
    const known = describedTickets(tickets);
    if (known.length === 0) return NO_DESCRIPTION;
    all ??= countTerms(spread([...others].map(({ text }) => text).filter((text) => text !== '')), stems);
    const texts = known.map(({ text }) => text);
    return described(known, { texts, all, stems }, createVectorizer(texts).vectors);
  };
}

/** The newest tickets, in the order of their time. Copies that were merged count where there is nothing else. */
function describedTickets(tickets: readonly GroupedTicket[]): GroupedTicket[] {
  const withText = tickets.filter(({ text }) => text !== '');
  const own = withText.filter(({ mergedInto }) => mergedInto === null);
  return [...(own.length > 0 ? own : withText)]
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .slice(-MOST_DESCRIBED);
}

function described(
  tickets: readonly GroupedTicket[],
  terms: { readonly texts: readonly string[]; readonly all: TermCounts; readonly stems: Stems },
  vectors: SparseRows,
): IssueDescription {
  const members = tickets.map(({ id, requester, language }, row) => ({
    row,
    requester: requester ?? `ticket ${id}`,
    language,
  }));
  const { keywords, examples: rows } = describeCluster(members, { ...terms, vectors });
  const examples = rows.flatMap(({ row }) => {
    const ticket = tickets[row];
    return ticket === undefined
      ? []
      : [{ ticketId: ticket.id, line: ticket.line, language: ticket.language }];
  });
  return {
    fallbackTitle: fallbackTitle(
      examples.map(({ line }) => line),
      keywords,
    ),
    representative: examples[0]?.line ?? null,
    keywords,
    examples,
  };
}

/** As many texts as are compared, from beginning to end. */
function* spread(texts: readonly string[]): Generator<string> {
  const step = Math.max(1, Math.ceil(texts.length / MOST_COMPARED));
  for (let at = 0; at < texts.length; at += step) yield texts[at] ?? '';
}
