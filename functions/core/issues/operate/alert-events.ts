import { type IssueEvent, IssueEventType } from '../issue.ts';
import type { Incident } from '../trends/incident.ts';
import { SYSTEM } from './facts-transitions.ts';

/** That issues burst in an incident. Written again they change nothing, whichever issues joined it meanwhile. */
export function alertEvents({ id, openedAt, issues }: Incident): IssueEvent[] {
  return issues.map((issueId) => ({
    ...{ id: `${IssueEventType.alert}-${id}`, issueId, at: openedAt },
    ...{ type: IssueEventType.alert, by: SYSTEM, data: { incident: id } },
  }));
}
