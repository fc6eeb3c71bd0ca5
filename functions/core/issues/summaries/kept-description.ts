import type { GroupedTicket } from '../grouped-ticket.ts';
import type { IssueSummary } from '../issue.ts';
import { type IssueDescription, NO_DESCRIPTION } from './describe-issue.ts';
import { fallbackTitle } from './fallback-title.ts';

/** Of fewer tickets, one may have brought in a keyword alone. */
const FEW_TICKETS = 4;

/**
 * The description of an issue whose texts are all older than the window: the last one that there was, without what
 * tickets that went from it said.
 *
 * @param was the tickets that it had
 * @param is those that it has
 */
export function keptDescription(
  earlier: IssueSummary,
  was: readonly GroupedTicket[],
  is: readonly GroupedTicket[],
): IssueDescription {
  if (earlier.isEmerging) return NO_DESCRIPTION;
  const ids = new Set(is.map(({ id }) => id));
  const gone = new Set(was.map(({ id }) => id).filter((id) => !ids.has(id)));
  const examples = earlier.examples.filter(({ ticketId }) => !gone.has(ticketId));
  const { fallbackTitle: title, representative, keywords } = earlier;
  const saysSo = examples.length === earlier.examples.length && (gone.size === 0 || is.length >= FEW_TICKETS);
  if (saysSo) return { fallbackTitle: title, representative, keywords, examples };
  const lines = examples.map(({ line }) => line);
  return {
    fallbackTitle: fallbackTitle(lines, []),
    representative: lines[0] ?? null,
    keywords: [],
    examples,
  };
}
