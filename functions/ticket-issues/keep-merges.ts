import {
  afterMerge,
  afterSplit,
  consolidationEvents,
  decisionEvents,
} from '#core/issues/operate/merge-and-split.ts';
import type { IssueSession } from './issue-session.ts';
import type { CountedIssues } from './trends-stage.ts';

/**
 * Keeps what is known of merges and splits, before the generation that has them: none of it can be found again in that
 * generation. Doing it again changes nothing. Where the generation is not published after all, an id that leads
 * elsewhere too early harms nobody: as long as an issue has tickets, it is shown itself.
 *
 * @throws StorageError
 */
export async function keepMerges(session: IssueSession, counted: CountedIssues): Promise<void> {
  const { deps, context } = session;
  const { changes, decided, leads } = counted;
  if (changes.length + decided.length === 0) return;
  const { records } = deps;
  const events = [
    ...decided.flatMap(decisionEvents),
    // The same time however often the run tries.
    ...consolidationEvents(changes, context.begun.startedAt),
  ];
  await Promise.all([
    records.putMoves([...leads].map(([id, into]) => ({ id, into }))),
    records.putEvents(events),
  ]);
  await keepFactsOfMerges(session, counted);
}

async function keepFactsOfMerges({ deps }: IssueSession, counted: CountedIssues): Promise<void> {
  const { known, decided, leads } = counted;
  const { records } = deps;
  const byOperator = new Set(decided.flatMap(({ type, issue }) => (type === 'merge' ? [issue] : [])));
  for (const [issue, into] of leads) {
    const from = known.facts.get(issue);
    const isOperators = byOperator.has(issue);
    if (from === undefined && !isOperators) continue;
    await records.changeFacts(into, afterMerge(into, { from, byOperator: isOperators }));
  }
  for (const { type, into, at } of decided) {
    if (type === 'split') await records.changeFacts(into, afterSplit(into, at));
  }
}
