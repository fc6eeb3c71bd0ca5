import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import type { IssueSummary } from '#core/issues/issue.ts';
import { TEXT_LIMITS } from '#core/tickets/analysis/analysis.ts';
import { plainLine, shortened } from '#core/tickets/analysis/plain-line.ts';
import { suspectsInjection } from '#core/tickets/text/injection.ts';
import { createRedactor } from '#core/tickets/text/redact.ts';

/** So many statements are sent at most. */
const MOST_STATEMENTS = 12;
/** Of the examples so large a part must have an analysis: else the statements speak for the smaller part of the issue. */
const LEAST_SHARE = 0.5;

/**
 * What an issue is named by: the statements of those of its examples that have an analysis, each once, without those
 * that try to instruct a model. Never a ticket's own words: without an analysis there are none.
 *
 * @param tickets the tickets of the examples, by id
 */
export function statementsOf(
  { id, examples }: Pick<IssueSummary, 'id' | 'examples'>,
  tickets: ReadonlyMap<string, GroupedTicket>,
): readonly string[] {
  const analysed = examples.flatMap(({ ticketId }) => {
    const ticket = tickets.get(ticketId);
    return ticket !== undefined && ticket.issueId === id && hasStatement(ticket) ? [ticket] : [];
  });
  if (analysed.length < LEAST_SHARE * examples.length) return [];
  const redact = createRedactor();
  const statements = analysed
    .filter(({ text }) => !suspectsInjection(text))
    .map(({ text }) => shortened(redact(plainLine(text)), TEXT_LIMITS.statement))
    .filter((statement) => statement !== '');
  return [...new Set(statements)].slice(0, MOST_STATEMENTS);
}

/** A ticket has a severity only from an analysis, whose statement its text is then. */
function hasStatement({ severity, text }: GroupedTicket): boolean {
  return severity !== null && text !== '';
}
