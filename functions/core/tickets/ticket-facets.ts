import { effectiveAnalysis } from './analyse-ticket.ts';
import { type AnalysisState, ExclusionReason, type LiveTicket } from './ticket-entry.ts';

/** What a list of tickets can be narrowed down to. Undefined: whatever it is. */
export type TicketFacets = {
  readonly status: string;
  readonly kind?: string | undefined;
  readonly severity?: string | undefined;
  readonly productArea?: string | undefined;
  readonly sentiment?: string | undefined;
  readonly language?: string | undefined;
  readonly confidence?: string | undefined;
  readonly analysis: string;
};

/** The facets of a ticket. What an operator put right counts; one in a batch is still pending to whoever asks. */
export function facetsOf(ticket: LiveTicket): TicketFacets {
  const analysis = effectiveAnalysis(ticket);
  return {
    status: ticket.status,
    kind: analysis?.kind,
    severity: analysis?.severity,
    productArea: analysis?.product_area,
    sentiment: analysis?.sentiment,
    language: analysis?.language,
    confidence: analysis?.confidence,
    analysis: shownState(ticket.analysis),
  };
}

/** Whether a ticket has all facets that are asked for. */
export function hasFacets(ticket: LiveTicket, asked: Partial<TicketFacets>): boolean {
  const own: Readonly<Record<string, string | undefined>> = facetsOf(ticket);
  return Object.entries(asked).every(([name, value]) => value === undefined || own[name] === value);
}

/** The state of a ticket that the settings leave out: no issue is made of it. */
export const FILTERED = 'filtered';

function shownState(state: AnalysisState): string {
  if (state.status === 'excluded' && state.reason === ExclusionReason.filtered) return FILTERED;
  return state.status === 'batched' ? 'pending' : state.status;
}
