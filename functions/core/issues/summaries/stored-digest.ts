import type { Digest } from '../trends/digest.ts';
import type { GoneTexts } from './issue-tickets.ts';

type Issue = Digest['top'][number];
type Incident = Digest['incidents'][number];

const NO_TITLE = 'Tickets that are gone';

/** A stored digest without what tickets said that are gone. Numbers stay. The same object where nothing of it was theirs. */
export function digestWithout(digest: Digest, gone: GoneTexts): Digest {
  const title = (text: string) => (gone.lines.has(text) ? NO_TITLE : text);
  const issue = (one: Issue): Issue => ({
    ...one,
    title: title(one.title),
    representative_statement: gone.lines.has(one.representative_statement ?? '')
      ? null
      : one.representative_statement,
  });
  const incident = (one: Incident): Incident => ({
    ...one,
    title: title(one.title),
    examples: one.examples.filter(
      ({ ticket_id, statement }) => !gone.ids.has(ticket_id) && !gone.lines.has(statement),
    ),
  });
  const next: Digest = {
    ...digest,
    incidents: digest.incidents.map(incident),
    new_issues: digest.new_issues.map(issue),
    rising: digest.rising.map(issue),
    top: digest.top.map(issue),
    regressions: digest.regressions.map(issue),
    resolved_candidates: digest.resolved_candidates.map(issue),
  };
  return JSON.stringify(next) === JSON.stringify(digest) ? digest : next;
}
