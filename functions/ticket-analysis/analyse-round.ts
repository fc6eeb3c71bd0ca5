import type { AtomSyncError } from '#core/errors.ts';
import { ClaudeModelError } from '#core/tickets/claude-errors.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketParameters } from '#core/tickets/ticket-event.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { AnalysisMode } from './analysis-deps.ts';
import type { AnalysisSession } from './analysis-session.ts';
import { submitBatches } from './batches/submit-batch.ts';
import { analyseDirectly } from './direct/analyse-directly.ts';

/** What a round came to. */
export type Round = {
  /** There may be more to do: a batch to wait for, and perhaps tickets after it. */
  readonly mayGoOn: boolean;
  /** What kept it from all that waits. */
  readonly stoppedBy?: AtomSyncError;
};

const DONE: Round = { mayGoOn: false };
/** The whole pipeline takes what waits, so many in a round: their texts have to fit into the memory. */
const ROUND = 10_000;

/**
 * Asks Claude about what waits, as far as the run may: directly, or the first directly and the rest in a batch. The
 * first one proves that Claude takes our requests: in a batch that would be known after an hour, of all of them at once.
 */
export async function analyseRound(session: AnalysisSession, parameters: TicketParameters): Promise<Round> {
  const { tickets, settings, counts } = session;
  const room = roomFor(session, parameters);
  const waiting = room > 0 ? await tickets.pending(room) : [];
  if (waiting.length === 0) return DONE;
  counts.expect(waiting.length);
  await checkModel(session);
  if (!isForBatch(session, parameters, waiting)) {
    await analyseDirectly(session, waiting);
    return DONE;
  }
  const tried = await analyseDirectly(session, waiting, true);
  const { submitted, stoppedBy } = await submitBatches(session, waiting.slice(tried));
  counts.report();
  session.log.info('tickets wait for a batch', { submitted, model: settings.model });
  return { mayGoOn: submitted > 0, ...(stoppedBy && { stoppedBy }) };
}

/** How many more tickets this run may ask about. */
function roomFor({ settings, counts }: AnalysisSession, { task, batch_size }: TicketParameters): number {
  const { mode, directMax, batchSize } = settings;
  if (task === TicketTask.pipeline && batch_size === undefined) return ROUND;
  // One that was resumed finishes what it set out to do: nobody says again how much that was to be.
  if (task !== TicketTask.sync) return (counts.planned ?? batch_size ?? batchSize) - counts.done;
  // The hour's few are analysed directly or not at all: the night's batch costs half.
  return mode === AnalysisMode.batch ? 0 : directMax - counts.done;
}

function isForBatch(
  { settings }: AnalysisSession,
  { task }: TicketParameters,
  waiting: readonly LiveTicket[],
): boolean {
  const { mode, directMax } = settings;
  if (task === TicketTask.sync || mode === AnalysisMode.direct) return false;
  return mode === AnalysisMode.batch || waiting.length > directMax;
}

/** One question, and one clear error, in place of one for each ticket. @throws ClaudeModelError */
async function checkModel({ claude, settings, context, backoff }: AnalysisSession): Promise<void> {
  const { model: name } = settings;
  const model = await backoff.untilAnswered(() => claude.model(name));
  if (model.lifecycle === 'retired') {
    throw new ClaudeModelError(
      `Claude’s model ${name} is retired. Set CLAUDE_ANALYSIS_MODEL to another one.`,
    );
  }
  if (!model.canStructure) {
    throw new ClaudeModelError(
      `Claude’s model ${name} has no structured outputs. Set CLAUDE_ANALYSIS_MODEL to another one.`,
    );
  }
  if (model.lifecycle === 'deprecated') {
    const end = model.retiresAt === undefined ? 'soon' : `on ${isoFromMs(model.retiresAt).slice(0, 10)}`;
    const message = `Claude’s model ${name} is retired ${end}. Set CLAUDE_ANALYSIS_MODEL to another one before.`;
    context.note({ stage: TicketStage.analyse, code: 'claude_model_deprecated', message });
  }
}
