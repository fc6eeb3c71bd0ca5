import { GenerationChangedError } from '#core/issues/errors.ts';
import { type IssueFacts, IssueStatus, type IssueSummary } from '#core/issues/issue.ts';
import { shownIssue } from '#core/issues/summaries/shown-issue.ts';
import { assignStage } from './assign-stage.ts';
import { forgetTexts } from './forget-texts.ts';
import { count, countAtEnd, type IssueSession } from './issue-session.ts';
import { keepFacts } from './keep-facts.ts';
import { keepIncidents } from './keep-incidents.ts';
import { keepMerges } from './keep-merges.ts';
import { type KnownIssues, readKnown } from './known-issues.ts';
import { publishIssues } from './publish-issues.ts';
import { type CountedIssues, trendsStage } from './trends-stage.ts';

/** So often a generation is made anew because an operator published one meanwhile. */
const MAX_ATTEMPTS = 5;

/**
 * The stages `assign` and `trends`: makes the next generation of all issues, and, where more tickets came in than one
 * generation takes, those after it.
 *
 * What goes (ids that lead elsewhere, texts of deleted tickets) is written before a generation, what comes (incidents,
 * what becomes of issues, who is told) after it: all of it is found due again by a next run, under the same ids.
 *
 * @returns what is known now
 * @throws StorageError, QueueError, OutOfTimeError, GenerationChangedError; the reason of the run's signal
 */
export async function updateIssues(session: IssueSession): Promise<KnownIssues> {
  for (;;) {
    const { counted, known } = await nextGeneration(session);
    const facts = await keepAfter(session, counted);
    session.context.advanced();
    if (!counted.hasMore) return { ...known, facts };
  }
}

type Next = { readonly counted: CountedIssues; readonly known: KnownIssues };

async function nextGeneration(session: IssueSession): Promise<Next> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await makeGeneration(session);
    } catch (error) {
      if (!(error instanceof GenerationChangedError) || attempt === MAX_ATTEMPTS) throw error;
      session.deps.log.info('the issues were changed meanwhile; they are grouped again', { attempt });
    }
  }
}

async function makeGeneration(session: IssueSession): Promise<Next> {
  const before = await readKnown(session.deps);
  const grouped = await assignStage(session, before);
  const counted = await trendsStage(session, grouped);
  await forgetTexts(session, counted);
  await keepMerges(session, counted);
  const generation = await publishIssues(session, counted);
  if (generation !== before.before) count(session, { assigned: counted.assigned });
  const { days, issues, incidents } = counted;
  return { counted, known: { ...before, before: generation, days, issues, incidents } };
}

async function keepAfter(
  session: IssueSession,
  counted: CountedIssues,
): Promise<ReadonlyMap<string, IssueFacts>> {
  await keepIncidents(session, counted);
  const facts = await keepFacts(session, counted);
  const incidents = counted.incidents.filter(({ closedAt }) => closedAt === null).length;
  countAtEnd(session, { issues: openIssues(counted.issues, facts), incidents });
  return facts;
}

/** Issues that are open or acknowledged, without those that are emerging. */
function openIssues(issues: readonly IssueSummary[], facts: ReadonlyMap<string, IssueFacts>): number {
  return issues.filter((issue) => {
    const { status } = shownIssue(issue, facts.get(issue.id));
    return status === IssueStatus.open || status === IssueStatus.acknowledged;
  }).length;
}
