import { readRun } from '#adapters/dynamodb/runs/run-item.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { StoredTicket } from '#local/zendesk/tickets/stored-ticket.ts';
import { wrongsOfIssues } from './assess-issues.ts';
import { isLive } from './chaos.ts';
import { DAY, NOON, type PipelineWorld } from './pipeline-world.ts';
import type { Course } from './simulated-course.ts';

/** No request of these tests costs more at most, in millionths of a US dollar: one cut answer has twice the room. */
const ONE_REQUEST = 10_000;
/** Of Claude's answers that somebody may still read. */
const LEGIBLE_REASON = /\S/;

/** All that went against the promises of the pipeline; empty where they hold. */
export async function wrongsOf(course: Course): Promise<string[]> {
  const { world, calmRounds } = course;
  const wrongs = [...world.books.wrongs];
  if (!Number.isFinite(calmRounds)) wrongs.push('it never came to an end');
  wrongs.push(...ticketWrongs(world), ...paymentWrongs(world), ...(await batchWrongs(world)));
  wrongs.push(...ledgerWrongs(course), ...zendeskWrongs(world), ...runWrongs(world));
  wrongs.push(...(await wrongsOfIssues(world)));
  return wrongs;
}

function ticketWrongs(world: PipelineWorld): string[] {
  const theirs = world.zendesk.tickets();
  const ours = world.stored();
  const known = new Set(theirs.map(({ id }) => String(id)));
  const invented = [...ours.keys()].filter((id) => !known.has(id)).map((id) => `ticket ${id} is nobody's`);
  return [...invented, ...theirs.flatMap((ticket) => wrongsOfTicket(ticket, ours.get(String(ticket.id))))];
}

type Kept = ReturnType<PipelineWorld['stored']> extends Map<string, infer T> ? T : never;

function wrongsOfTicket(ticket: StoredTicket, kept: Kept | undefined): string[] {
  const entry = kept?.entry;
  const isOld = ticket.generatedAt * 1000 < NOON - 30 * DAY;
  if (entry === undefined) return isOld || !isLive(ticket) ? [] : [`ticket ${ticket.id} is missing`];
  if (!isLive(ticket)) return kept ? wrongsOfTombstone(ticket, kept) : [];
  if (entry.kind !== 'live') return [`ticket ${ticket.id} is live and counts as deleted`];
  const { subject, body } = prepareText(ticket);
  const expected = {
    subject,
    body: entry.body.startsWith(body) ? entry.body : body,
    status: ticket.status,
    priority: ticket.fields.priority ?? null,
    tags: ticket.tags,
  };
  const wrong = Object.entries(expected).filter(
    ([name, value]) => JSON.stringify(entry[name as keyof LiveTicket]) !== JSON.stringify(value),
  );
  const differences = wrong.map(
    ([name, value]) =>
      `${name} ${JSON.stringify(entry[name as keyof LiveTicket])} for ${JSON.stringify(value)}`,
  );
  return [
    ...differences.map((text) => `ticket ${ticket.id} has ${text}`),
    ...wrongsOfAnalysis(ticket, entry),
  ];
}

function wrongsOfTombstone({ id }: StoredTicket, { entry, raw, older }: Kept): string[] {
  if (entry?.kind !== 'deleted') return [`ticket ${id} is deleted and still here`];
  const hasText = 'subject' in entry || raw?.text !== undefined || older.length > 0;
  return hasText ? [`the tombstone of ticket ${id} has a text`] : [];
}

function wrongsOfAnalysis(
  { id, tags }: StoredTicket,
  { analysis, analysed, contentSha, subject, body, mergedInto }: LiveTicket,
): string[] {
  const at = `ticket ${id} is ${JSON.stringify(analysis)}`;
  if (tags.includes('closed_by_merge')) {
    return analysis.status === 'excluded' && analysis.reason === 'merged' && mergedInto ? [] : [at];
  }
  switch (analysis.status) {
    case 'done':
      return analysed?.contentSha === contentSha ? [] : [`${at}, of another content`];
    case 'excluded':
      return subject === '' && body === '' && analysis.reason === 'empty' ? [] : [at];
    case 'failed':
      return analysis.attempts === 3 && LEGIBLE_REASON.test(analysis.reason) ? [] : [at];
    case 'refused':
      return LEGIBLE_REASON.test(analysis.reason) ? [] : [at];
    default:
      return [at];
  }
}

/**
 * Every message that was paid directly is an analysis that is kept, or one that was not because its process died, its
 * answer was lost, or the ticket said something else by then. Each that was paid twice is one of these.
 */
function paymentWrongs({ books, claude }: PipelineWorld): string[] {
  const wrongs: string[] = [];
  const twice = [...books.kept].filter(([, times]) => times > 1);
  if (twice.length > 0) wrongs.push(`${twice.length} analyses were kept twice`);
  const unkept = books.calls.filter(
    ({ isLost, isComplete, requestId }) => isLost || (isComplete && !books.kept.has(requestId ?? '')),
  );
  const unexcused = unkept.filter(({ life, isLost }) => !life.isDead && !isLost);
  const excuses = [...books.notKept.values()].reduce((sum, times) => sum + times, 0);
  if (unexcused.length > excuses)
    wrongs.push(`${unexcused.length} answers were thrown away, ${excuses} with a reason`);
  const excused = new Map<string, number>();
  for (const { hash } of unkept) excused.set(hash, (excused.get(hash) ?? 0) + 1);
  for (const hash of claude.stats.paidTwice()) {
    const times = claude.stats.paid.get(hash)?.completed ?? 0;
    const allowed = 1 + (excused.get(hash) ?? 0) + books.resets(hash);
    if (times > allowed) wrongs.push(`a text was paid ${times} times, ${allowed} with a reason`);
  }
  return wrongs;
}

/** Each batch at Claude is one of ours, and each of ours has come to its end. */
async function batchWrongs({ claude, memory, stores }: PipelineWorld): Promise<string[]> {
  const wrongs: string[] = [];
  const ours = [...memory.analysisBatches.values()].map((row) => row.batch);
  const remote = ours.flatMap(({ remoteId }) => remoteId ?? []);
  const theirs = claude.batches.list().map(({ id }) => id);
  if (new Set(remote).size !== remote.length) wrongs.push('a batch belongs to two intents');
  const unknown = theirs.filter((id) => !remote.includes(id));
  if (unknown.length > 0) wrongs.push(`${unknown.length} batches were paid and are unknown`);
  const open = await stores.batches.open();
  if (open.length > 0) wrongs.push(`${open.length} batches are open`);
  return wrongs;
}

/** The ledger knows of all that was paid, and of no more than what nobody can know. */
function ledgerWrongs(course: Course): string[] {
  const { books, claude, memory } = course.world;
  const wrongs: string[] = [];
  const [ours, theirs] = [books.ledgerMicroUsd(), claude.stats.costUsd * 1e6];
  // Each cost is rounded up by us, and by nobody there.
  const rounding = claude.stats.direct.messages + claude.stats.batch.messages;
  if (ours < theirs - 0.001) wrongs.push(`the ledger has ${ours} of ${theirs} that were paid`);
  const most = theirs + rounding + books.excusedMicroUsd();
  if (ours > most) wrongs.push(`the ledger has ${ours} where ${theirs} were paid, ${most} at most`);
  const open = [...memory.spend.values()].flatMap((month) => Object.keys(month.open));
  if (open.length > 0) wrongs.push(`reserved for ever: ${open.join()}`);
  return [...wrongs, ...budgetWrongs(course)];
}

/** No limit is exceeded by more than one request. */
function budgetWrongs({ limits, spentUnderLimits }: Course): string[] {
  return [...spentUnderLimits].flatMap(([name, month]) => {
    const days = Object.entries(month.days).map(([day, { uses }]) => {
      const cost = Object.values(uses).reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
      return [`${name}-${day}`, cost, limits.perDay] as const;
    });
    const runs = Object.entries(month.runs).map(
      ([run, cost]) => [`run ${run}`, cost, limits.perRun] as const,
    );
    const total = [name, days.reduce((sum, [, cost]) => sum + cost, 0), limits.perMonth] as const;
    return [total, ...days, ...runs].flatMap(([what, cost, limit]) =>
      cost > limit + ONE_REQUEST ? [`${what} cost ${cost} of ${limit}`] : [],
    );
  });
}

function zendeskWrongs({ zendesk }: PipelineWorld): string[] {
  const most = zendesk.stats.maxPerMinute('incremental');
  const wrongs = most > 10 ? [`${most} calls of the export in a minute`] : [];
  return zendesk.stats.strays.length > 0
    ? [...wrongs, `called elsewhere: ${zendesk.stats.strays.join()}`]
    : wrongs;
}

/** Nobody waits for a run that nothing goes on with. */
function runWrongs({ memory }: PipelineWorld): string[] {
  const runs = [...memory.runs.values()].flatMap((item) => readRun(item) ?? []);
  const left = runs.filter(
    ({ status, continuedBy }) => status === 'running' || (status === 'interrupted' && !continuedBy),
  );
  return left.map(
    (run) =>
      `run ${run.runId} (${run.job}, ${run.trigger}) is ${run.status} for ever: ${run.reason} at ${run.stage}`,
  );
}
