import { alertEvents } from '#core/issues/operate/alert-events.ts';
import { changedIncidents } from '#core/issues/summaries/stored-incidents.ts';
import type { Incident } from '#core/issues/trends/incident.ts';
import { incidentClosedEvent, incidentOpenedEvent } from '#core/issues/webhook/issue-events.ts';
import type { IssueSession } from './issue-session.ts';
import type { CountedIssues } from './trends-stage.ts';

/**
 * Keeps the incidents that have changed, once the generation with their issues counts. Others are told before, and an
 * issue's history is: as long as an incident is not stored as it is, the next run finds it changed and does all of it
 * again, under the same ids.
 *
 * @throws StorageError, QueueError
 */
export async function keepIncidents(
  { deps }: IssueSession,
  { stored, incidents }: CountedIssues,
): Promise<void> {
  const { records, outbox, now } = deps;
  const changed = changedIncidents(stored, incidents);
  if (changed.length === 0) return;
  const known = new Map(stored.map((incident) => [incident.id, incident]));
  for (const incident of changed) {
    for (const event of eventsOf(known.get(incident.id), incident)) await outbox?.send(event);
  }
  await records.putEvents(changed.flatMap(alertEvents));
  await records.putIncidents(changed, now());
}

/** Nobody is told of one that was over before it was found. */
function eventsOf(before: Incident | undefined, after: Incident) {
  const closed = incidentClosedEvent(after);
  if (before === undefined) return closed === undefined ? [incidentOpenedEvent(after)] : [];
  return before.closedAt === null && closed !== undefined ? [closed] : [];
}
