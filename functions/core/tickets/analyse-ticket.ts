import type { Analysis } from './analysis/analysis.ts';
import { type Correction, corrected } from './analysis/correction.ts';
import type { WrittenAt } from './receive-ticket.ts';
import type { AnalysisState, LiveTicket, StoredAnalysis, TicketEntry } from './ticket-entry.ts';
import type { TicketTransition } from './ticket-store.ts';

/** So many requests for one content may come to nothing; after that it counts as failed. */
const MAX_ATTEMPTS = 3;

/** Why a step towards an analysis was not taken. */
type NotTaken =
  /** The ticket is a tombstone, or was never there. */
  | 'gone'
  /** What it says has changed since it was asked about. */
  | 'outdated'
  /** It is not to be analysed. */
  | 'excluded'
  /** A later holder of the lease has written it. */
  | 'fenced'
  /** It is there already, or is not where this step begins. */
  | 'unchanged';

/** Which content of a ticket a step is about, and under which lease. */
export type Concerned = WrittenAt & { readonly contentSha: string };

/** A ticket that waits was asked for in a batch. */
export function batched(
  before: TicketEntry | undefined,
  { batchId, ...at }: Concerned & { readonly batchId: string },
): TicketTransition<'batched' | NotTaken> {
  return stepOf(
    before,
    at,
    ({ analysis }) => {
      if (analysis.status !== 'pending') return undefined;
      return { status: 'batched', since: at.now, attempts: analysis.attempts, batchId };
    },
    'batched',
  );
}

/** An analysis has come. It is kept, and joins the history, if the ticket still says what was analysed. */
export function analysed(
  before: TicketEntry | undefined,
  analysis: StoredAnalysis,
  { fence }: WrittenAt,
): TicketTransition<'analysed' | NotTaken> {
  const ticket = concerned(before, { contentSha: analysis.contentSha, fence });
  if (typeof ticket === 'string') return { result: ticket };
  const isKnown = ticket.analysis.status === 'done' && ticket.analysed?.requestId === analysis.requestId;
  if (isKnown) return { result: 'unchanged' };
  const next: LiveTicket = { ...ticket, fence, analysis: { status: 'done' }, analysed: analysis };
  return { next, history: analysis, result: 'analysed' };
}

/** Claude refused to answer: the same content is not asked about again. */
export function refused(
  before: TicketEntry | undefined,
  { reason, ...at }: Concerned & { readonly reason: string },
): TicketTransition<'refused' | NotTaken> {
  return stepOf(
    before,
    at,
    (ticket) => (isWaiting(ticket) ? { status: 'refused', reason } : undefined),
    'refused',
  );
}

/** A request came to nothing: the ticket waits for another one, or has failed for good at the third. */
export function failed(
  before: TicketEntry | undefined,
  { reason, ...at }: Concerned & { readonly reason: string },
): TicketTransition<'failed' | 'pending' | NotTaken> {
  const ticket = concerned(before, at);
  if (typeof ticket === 'string') return { result: ticket };
  const { analysis } = ticket;
  if (analysis.status !== 'pending' && analysis.status !== 'batched') return { result: 'unchanged' };
  const attempts = analysis.attempts + 1;
  const isLast = attempts >= MAX_ATTEMPTS;
  const state: AnalysisState = isLast
    ? { status: 'failed', attempts, reason }
    : { status: 'pending', since: at.now, attempts };
  return { next: { ...ticket, fence: at.fence, analysis: state }, result: isLast ? 'failed' : 'pending' };
}

/** A batch that was never created: what it was to ask for waits as before, and no attempt is counted. */
export function requeued(
  before: TicketEntry | undefined,
  { batchId, fence, now }: WrittenAt & { readonly batchId: string },
): TicketTransition<'pending' | NotTaken> {
  const ticket = concerned(before, { fence });
  if (typeof ticket === 'string') return { result: ticket };
  const { analysis } = ticket;
  if (analysis.status !== 'batched' || analysis.batchId !== batchId) return { result: 'unchanged' };
  const state: AnalysisState = { status: 'pending', since: now, attempts: analysis.attempts };
  return { next: { ...ticket, fence, analysis: state }, result: 'pending' };
}

/** An operator wants a ticket analysed anew. One that is in a batch gets its analysis from there. */
export function reanalyse(
  before: TicketEntry | undefined,
  now: number,
): TicketTransition<'pending' | 'batched' | 'gone' | 'excluded'> {
  if (before?.kind !== 'live') return { result: 'gone' };
  const { status } = before.analysis;
  if (status === 'excluded' || status === 'batched') return { result: status };
  const isFresh = before.analysis.status === 'pending' && before.analysis.attempts === 0;
  if (isFresh) return { result: 'pending' };
  return { next: { ...before, analysis: { status: 'pending', since: now, attempts: 0 } }, result: 'pending' };
}

/** An operator puts an analysis right; what is not given stays as it was put right before. */
export function correctedBy(
  before: TicketEntry | undefined,
  correction: Correction,
): TicketTransition<LiveTicket | 'gone' | 'not_analysed'> {
  if (before?.kind !== 'live') return { result: 'gone' };
  if (before.analysed === null) return { result: 'not_analysed' };
  const given = Object.entries(correction).filter(([, value]) => value !== undefined);
  const next: LiveTicket = { ...before, correction: { ...before.correction, ...Object.fromEntries(given) } };
  return { next, result: next };
}

/** The analysis as it is shown, filtered and counted: the newest, with what an operator put right. Null: none yet. */
export function effectiveAnalysis({ analysed, correction }: LiveTicket): Analysis | null {
  if (analysed === null) return null;
  return correction === null ? analysed.analysis : corrected(analysed.analysis, correction);
}

function isWaiting({ analysis }: LiveTicket): boolean {
  return analysis.status === 'pending' || analysis.status === 'batched';
}

function stepOf<T extends string>(
  before: TicketEntry | undefined,
  at: Concerned,
  stateOf: (ticket: LiveTicket) => AnalysisState | undefined,
  result: T,
): TicketTransition<T | NotTaken> {
  const ticket = concerned(before, at);
  if (typeof ticket === 'string') return { result: ticket };
  const analysis = stateOf(ticket);
  if (analysis === undefined) return { result: 'unchanged' };
  return { next: { ...ticket, fence: at.fence, analysis }, result };
}

/** The ticket, if a step may be taken with it. */
function concerned(
  before: TicketEntry | undefined,
  { contentSha, fence }: { readonly contentSha?: string; readonly fence: number },
): LiveTicket | Exclude<NotTaken, 'unchanged'> {
  if (before && fence < before.fence) return 'fenced';
  if (before?.kind !== 'live') return 'gone';
  if (contentSha !== undefined && before.contentSha !== contentSha) return 'outdated';
  return before.analysis.status === 'excluded' ? 'excluded' : before;
}
