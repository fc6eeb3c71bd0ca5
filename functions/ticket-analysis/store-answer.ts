import { analysed, failed, refused } from '#core/tickets/analyse-ticket.ts';
import { ANALYSIS_SCHEMA_VERSION } from '#core/tickets/analysis/analysis.ts';
import { type AnalysisOutcome, readAnalysis } from '#core/tickets/analysis/read-analysis.ts';
import type { ClaudeAnswer } from '#core/tickets/claude.ts';
import type { SpendUse } from '#core/tickets/spend-ledger.ts';
import type { LiveTicket, StoredAnalysis } from '#core/tickets/ticket-entry.ts';
import { type AnalysisSession, writtenAt } from './analysis-session.ts';

/** What became of a ticket; undefined where it has changed or gone meanwhile, or had its answer already. */
type Stored = 'analysed' | 'refused' | 'failed' | 'pending' | undefined;

/** What an answer says about its ticket. */
export function readAnswer(
  { message }: ClaudeAnswer,
  { subject, body, isTruncated }: LiveTicket,
  { settings }: Pick<AnalysisSession, 'settings'>,
): AnalysisOutcome {
  const text = { subject, body, isTruncated, isEmpty: false, isScrubbed: false };
  return readAnalysis(message, { text, areas: settings.areas });
}

/** An answer that was read: of which request, and at what price. */
export type ReadAnswer = {
  readonly outcome: AnalysisOutcome;
  readonly answer: ClaudeAnswer;
  readonly use: SpendUse;
  readonly model: string;
};

/**
 * Stores what an answer came to, at once: it is paid. Doing it again changes nothing. The ticket has to say still what
 * it said when it was sent.
 *
 * @throws StorageError
 */
export async function storeAnswer(
  session: AnalysisSession,
  ticket: LiveTicket,
  { outcome, answer, use, model }: ReadAnswer,
): Promise<Stored> {
  switch (outcome.kind) {
    case 'analysed': {
      const { inputTokens, outputTokens, cacheReadTokens, costMicroUsd } = use;
      const analysis: StoredAnalysis = {
        analysis: outcome.analysis,
        schemaVersion: ANALYSIS_SCHEMA_VERSION,
        promptSha: session.promptSha,
        model,
        requestId: answer.requestId,
        usage: { inputTokens, outputTokens, cacheReadTokens },
        costMicroUsd,
        contentSha: ticket.contentSha,
        analysedAt: session.now(),
      };
      return ended(
        await session.tickets.change(ticket.id, (before) => analysed(before, analysis, writtenAt(session)), {
          entry: ticket,
        }),
      );
    }
    case 'refused': {
      const { contentSha, id } = ticket;
      const { reason } = outcome;
      return ended(
        await session.tickets.change(
          id,
          (before) => refused(before, { contentSha, reason, ...writtenAt(session) }),
          { entry: ticket },
        ),
      );
    }
    case 'cut':
      return storeFailure(session, ticket, 'Its answer was cut at the limit of tokens.');
    case 'unreadable':
      return storeFailure(session, ticket, outcome.reason);
  }
}

/** A request about a ticket came to nothing; the third one was the last. @throws StorageError */
export async function storeFailure(
  session: AnalysisSession,
  ticket: LiveTicket,
  reason: string,
): Promise<Stored> {
  const { contentSha, id } = ticket;
  return ended(
    await session.tickets.change(
      id,
      (before) => failed(before, { contentSha, reason, ...writtenAt(session) }),
      {
        entry: ticket,
      },
    ),
  );
}

function ended(result: string): Stored {
  return result === 'analysed' || result === 'refused' || result === 'failed' || result === 'pending'
    ? result
    : undefined;
}
